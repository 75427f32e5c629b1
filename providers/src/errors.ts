/** The sender is not the provider, or the body is not what the provider signed, or the signature is too old or from the future. */
export class SignatureInvalid extends Error {
  override readonly name = 'SignatureInvalid'
}

/** The body is not JSON, or JSON but no event: nothing that a provider sends. */
export class BodyNotAnEvent extends Error {
  override readonly name = 'BodyNotAnEvent'
}

/**
 * The certificate that should prove the sender comes from the provider's own host and yet leads to no root that we trust, or is not the
 * provider's. Either somebody is in between, or the provider changed its certificates: look at once.
 */
export class CertificateNotTrusted extends Error {
  override readonly name = 'CertificateNotTrusted'
}

/** The provider could not be reached, was too slow, failed, or turned our key away. Trying again later may help. */
export class ProviderUnavailable extends Error {
  override readonly name = 'ProviderUnavailable'
}

/** The provider will not do this as it was asked, now or later: what was asked has to change. */
export class ProviderRefused extends Error {
  override readonly name = 'ProviderRefused'
  /** The provider's own code, e.g. `amount_too_small`, or ours: `amount_not_chargeable`. */
  readonly code: string

  constructor(code: string, message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.code = code
  }
}

/** A webhook that lacks a secret or a setting. The message names all of them, for the log. */
export class NotConfigured extends Error {
  override readonly name = 'NotConfigured'
}

/** Settings are missing or wrong. The message names all of them and how to mend them, and never holds what they were set to. */
export class SettingsInvalid extends Error {
  override readonly name = 'SettingsInvalid'
}
