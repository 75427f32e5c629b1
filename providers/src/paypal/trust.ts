import { X509Certificate } from 'node:crypto'
import { digicertIntermediates, digicertRoots } from './digicert.ts'

export type PaypalEnvironment = 'live' | 'sandbox'

/** Whom we believe about certificates from one set of addresses. */
export type Trust = {
  /** https://api-m.paypal.com … */
  origins: readonly string[]
  /** The name in a certificate that signs notifications. */
  commonNames: readonly string[]
  roots: readonly X509Certificate[]
  /** Known, not trusted: they only fill the gap between a certificate and a root. */
  intermediates: readonly X509Certificate[]
}

/** Certificates of a stand-in for PayPal, for development: trusted from its own address alone, and never beside live money. */
export type TestTrust = { origin: string; rootPem: string }

const live = {
  origins: ['https://api.paypal.com', 'https://api-m.paypal.com'],
  commonNames: ['messageverificationcerts.paypal.com'],
}
const sandbox = {
  origins: ['https://api.sandbox.paypal.com', 'https://api-m.sandbox.paypal.com'],
  commonNames: ['messageverificationcerts.sandbox.paypal.com'],
}

/**
 * `intermediatesPem`: certificates between PayPal's and DigiCert's roots that we do not know yet, for when PayPal changes its issuer.
 * @throws Error when test trust is asked for beside live money, or is none
 */
export function trustOf(
  environment: PaypalEnvironment,
  extra: { intermediatesPem?: string | undefined; test?: TestTrust | undefined } = {},
): Trust[] {
  if (environment === 'live' && extra.test !== undefined)
    throw new Error('certificates of a stand-in are not trusted beside live money')
  const digicert = {
    roots: digicertRoots,
    intermediates: [...digicertIntermediates, ...certificatesIn(extra.intermediatesPem ?? '')],
  }
  const trusts = [live, ...(environment === 'sandbox' ? [sandbox] : [])].map((from) => ({ ...from, ...digicert }))
  return extra.test === undefined ? trusts : [...trusts, trustOfTest(extra.test)]
}

function trustOfTest({ origin, rootPem }: TestTrust): Trust {
  if (!URL.canParse(origin)) throw new Error('the root of a stand-in is trusted from one address: name it')
  const roots = certificatesIn(rootPem)
  if (roots.length === 0) throw new Error('the root certificate of the stand-in is no certificate in PEM')
  const commonNames = [...live.commonNames, ...sandbox.commonNames]
  return { origins: [new URL(origin).origin], commonNames, roots, intermediates: [] }
}

/** The certificates in a PEM text, in their order. @throws Error when one of them is none */
export function certificatesIn(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g) ?? []
  return blocks.map((block) => new X509Certificate(block))
}
