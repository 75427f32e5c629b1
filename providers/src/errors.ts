/** The sender is not the provider, or the body is not what the provider signed, or the signature is too old or from the future. */
export class SignatureInvalid extends Error {
  override readonly name = 'SignatureInvalid'
}

/** The body is not JSON, or JSON but no event: nothing that a provider sends. */
export class BodyNotAnEvent extends Error {
  override readonly name = 'BodyNotAnEvent'
}

/**
 * A genuine event of a type we handle whose shape we do not know. It may carry money: it must reach somebody, never be dropped.
 * The message names fields, never their values.
 */
export class EventNotUnderstood extends Error {
  override readonly name = 'EventNotUnderstood'
}

/** The provider could not be reached, was too slow, failed, or turned our key away. Trying again later may help. */
export class ProviderUnavailable extends Error {
  override readonly name = 'ProviderUnavailable'
}

/** The provider will not take this checkout as it is, now or later: what was asked has to change. */
export class CheckoutRefused extends Error {
  override readonly name = 'CheckoutRefused'
  /** The provider's own code, e.g. `amount_too_small`, or ours: `amount_not_chargeable`. */
  readonly code: string

  constructor(code: string, message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.code = code
  }
}
