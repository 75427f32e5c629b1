import type { X509Certificate } from 'node:crypto'
import { CertificateNotTrusted } from '../errors.ts'
import type { Trust } from './trust.ts'

/** Leaf, at most this many between, root. */
const longestChain = 4

/**
 * Checks that the first certificate is PayPal's and that it leads to a root that we trust, all of them valid at that time. The others
 * that came with it are only candidates for what lies between.
 * @throws CertificateNotTrusted
 */
export function checkChain([leaf, ...others]: readonly X509Certificate[], trust: Trust, at: Date): X509Certificate {
  if (leaf === undefined) throw new CertificateNotTrusted('the certificate is missing')
  if (leaf.ca) throw new CertificateNotTrusted('the certificate is one that issues others')
  const { CN } = leaf.toLegacyObject().subject as { CN?: unknown }
  if (typeof CN !== 'string' || !trust.commonNames.includes(CN))
    throw new CertificateNotTrusted('the certificate is not of the service that signs notifications')
  if (leaf.publicKey.asymmetricKeyType !== 'rsa' || (leaf.publicKey.asymmetricKeyDetails?.modulusLength ?? 0) < 2048)
    throw new CertificateNotTrusted('the key of the certificate is not RSA of 2048 bits or more')
  checkValidity(leaf, at)
  climb(leaf, [...others, ...trust.intermediates], trust, at)
  return leaf
}

function climb(leaf: X509Certificate, between: readonly X509Certificate[], trust: Trust, at: Date): void {
  let current = leaf
  for (let step = 0; step < longestChain; step += 1) {
    const below = current
    const root = trust.roots.find((candidate) => isIssuedBy(below, candidate))
    if (root !== undefined) {
      checkValidity(root, at)
      return
    }
    const issuer = between.find((candidate) => isIssuedBy(below, candidate))
    if (issuer === undefined) break
    checkValidity(issuer, at)
    current = issuer
  }
  throw new CertificateNotTrusted(`the certificate leads to no root that we trust; issuer: ${oneLine(current.issuer)}`)
}

function isIssuedBy(below: X509Certificate, issuer: X509Certificate): boolean {
  const isItself = below.fingerprint256 === issuer.fingerprint256
  return !isItself && issuer.ca && below.checkIssued(issuer) && isStrong(below) && below.verify(issuer.publicKey)
}

/** A certificate signed over SHA-1 or MD5 can be forged. */
function isStrong(certificate: X509Certificate): boolean {
  return /sha(256|384|512)/i.test(certificate.signatureAlgorithm ?? '')
}

function checkValidity(certificate: X509Certificate, at: Date): void {
  if (at < certificate.validFromDate || at > certificate.validToDate)
    throw new CertificateNotTrusted(`a certificate was not valid then: ${oneLine(certificate.subject)}`)
}

function oneLine(name: string): string {
  return name.replaceAll('\n', ', ').slice(0, 300)
}
