import type { X509Certificate } from 'node:crypto'
import { CertificateNotTrusted, ProviderUnavailable, SignatureInvalid } from '../errors.ts'
import { certificatesIn, type Trust } from './trust.ts'

const timeoutMs = 3000
/** A certificate with its chain is about 6 kB. */
const longestFile = 16 * 1024
/** PayPal uses one certificate at a time, or two while it changes it. */
const mostKept = 8

export type Certificates = (url: string, now: Date) => Promise<X509Certificate[]>
export type TrustedUrl = { url: string; trust: Trust }

/**
 * Whose certificate this address promises. The sender chooses the address, so it is taken only letter by letter as PayPal writes it:
 * another spelling of the same address (case, port, user, dots, encoding) is refused.
 * @throws SignatureInvalid
 */
export function trustedUrl(text: string, trusts: readonly Trust[]): TrustedUrl {
  const trust = trusts.find(({ origins }) =>
    origins.some((origin) => {
      const folder = `${origin}/v1/notifications/certs/`
      return text.startsWith(folder) && /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(text.slice(folder.length))
    }),
  )
  if (trust === undefined) throw new SignatureInvalid('PAYPAL-CERT-URL is not an address of PayPal certificates')
  return { url: text, trust }
}

/** Fetches certificates and keeps each until it expires. What could not be fetched is fetched again when it is asked for again. */
export function keepCertificates(): Certificates {
  const kept = new Map<string, Promise<X509Certificate[]>>()
  return async (url, now) => {
    const known = kept.get(url)
    if (known !== undefined) {
      const certificates = await known
      if (now <= certificates[0]!.validToDate) return certificates
    }
    const fetched = fetchCertificates(url)
    if (kept.size >= mostKept) kept.delete(kept.keys().next().value!)
    kept.set(url, fetched)
    fetched.catch(() => kept.get(url) === fetched && kept.delete(url))
    return fetched
  }
}

async function fetchCertificates(url: string): Promise<X509Certificate[]> {
  const text = await download(url)
  try {
    const certificates = certificatesIn(text)
    if (certificates.length > 0) return certificates
  } catch {
    // Falls through: a block that claims to be a certificate is none.
  }
  throw new CertificateNotTrusted('what lies at PAYPAL-CERT-URL is no certificate')
}

/** Follows no redirect: it would lead out of the addresses that we trust. */
async function download(url: string): Promise<string> {
  const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) }).catch(unreachable)
  if (response.status === 429 || response.status >= 500)
    throw new ProviderUnavailable(`the certificate cannot be fetched now: ${response.status}`)
  if (response.status !== 200) {
    await response.body?.cancel()
    throw new SignatureInvalid(`there is no certificate at PAYPAL-CERT-URL: ${response.status}`)
  }
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for await (const chunk of response.body ?? []) {
      length += chunk.length
      if (length > longestFile) throw new CertificateNotTrusted('what lies at PAYPAL-CERT-URL is too long')
      chunks.push(chunk)
    }
  } catch (error) {
    if (error instanceof CertificateNotTrusted) throw error
    return unreachable(error)
  }
  return Buffer.concat(chunks).toString('latin1')
}

function unreachable(cause: unknown): never {
  throw new ProviderUnavailable('the certificate cannot be fetched now', { cause })
}
