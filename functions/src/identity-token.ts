import { decodeJwt } from 'jose'
import { CoreUnavailable } from './errors.ts'

/** On Google's machines; where it is, is said by the environment for those who run their own. */
const metadataHost = () => process.env.GCE_METADATA_HOST ?? 'metadata.google.internal'
const timeoutMs = 2000
/** A token is not shown in the last minute of its life. */
const marginMs = 60_000

let kept: { audience: string; token: string; until: number } | undefined

/**
 * The identity of this function as Google vouches for it to that audience
 * (https://cloud.google.com/run/docs/authenticating/service-to-service). It lives for an hour and is kept.
 * @throws CoreUnavailable: without it the core's door stays shut
 */
export async function identityToken(audience: string, now: Date): Promise<string> {
  if (kept?.audience === audience && now.getTime() < kept.until) return kept.token
  const path = '/computeMetadata/v1/instance/service-accounts/default/identity'
  const url = `http://${metadataHost()}${path}?${new URLSearchParams({ audience, format: 'full' })}`
  try {
    const headers = { 'metadata-flavor': 'Google' }
    const response = await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) })
    if (response.status !== 200) throw new Error(`the metadata server answered ${response.status}`)
    const token = (await response.text()).trim()
    kept = { audience, token, until: (decodeJwt(token).exp ?? 0) * 1000 - marginMs }
    return token
  } catch (cause) {
    throw new CoreUnavailable('Google gave no identity token', { cause })
  }
}
