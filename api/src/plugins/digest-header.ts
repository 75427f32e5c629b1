import type { DigestAnswer } from '../services/authenticate-camera.ts'

const parameter = /([a-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))\s*(?:,|$)/iy

/** The parameters of `Authorization: Digest`, quoted or not as firmware pleases; undefined when one is missing or it is not `qop=auth`. */
export function readDigest(header: string | undefined): DigestAnswer | undefined {
  const start = /^Digest\s+/i.exec(header ?? '')
  if (start === null || header!.length > 4096) return undefined
  const found = new Map<string, string>()
  parameter.lastIndex = start[0].length
  while (parameter.lastIndex < header!.length) {
    skipSpace(header!)
    const match = parameter.exec(header!)
    if (match === null) return undefined
    found.set(match[1]!.toLowerCase(), match[3] ?? match[2]!.replace(/\\(.)/gs, '$1'))
  }
  const [username, realm, nonce, uri, nc, cnonce, response] = [
    'username',
    'realm',
    'nonce',
    'uri',
    'nc',
    'cnonce',
    'response',
  ].map((name) => found.get(name))
  if (!username || !realm || !nonce || !uri || !cnonce || !response) return undefined
  if (found.get('qop') !== 'auth' || !/^[0-9a-f]{8}$/i.test(nc ?? '')) return undefined
  return { username, realm, nonce, uri, nc: nc!, cnonce, response }
}

function skipSpace(header: string) {
  while (/\s/.test(header[parameter.lastIndex] ?? '')) parameter.lastIndex += 1
}
