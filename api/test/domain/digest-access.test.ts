import { describe, expect, test } from 'vitest'
import { challenges, digestHash, expectedResponse, makeNonce, nonceMadeAt } from '../../src/domain/digest-access.ts'

describe('HTTP Digest', () => {
  // RFC 7616, section 3.9.1.
  const sent = {
    username: 'Mufasa',
    realm: 'http-auth@example.org',
    uri: '/dir/index.html',
    nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
    nc: '00000001',
    cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
    response: '',
  }
  test.each([
    ['md5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['sha256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ] as const)('%s gives the response that the standard gives for its example', (algorithm, response) => {
    const ha1 = digestHash(algorithm, sent.username, sent.realm, 'Circle of Life')
    expect(expectedResponse(algorithm, ha1, 'GET', sent)).toBe(response)
  })

  test('a nonce says when it was made to whoever has the secret, and nothing to anybody else', () => {
    const now = new Date('2026-03-10T09:00:00.123Z')
    const nonce = makeNonce('secret', now, Buffer.from('0123456789ab'))
    expect(nonceMadeAt('secret', nonce)).toEqual(now)
    expect(nonceMadeAt('other', nonce)).toBeUndefined()
    for (const forged of [`${nonce}x`, nonce.slice(1), nonce.replace(/^./, 'z'), '', '.', 'a.b.c'])
      expect(nonceMadeAt('secret', forged)).toBeUndefined()
  })

  test('a challenge can stand in a header, and Digest comes before what sends the key', () => {
    const lines = challenges(makeNonce('secret', new Date(0), Buffer.alloc(12, 255)), true)
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['Digest', 'Digest', 'Basic', 'Bearer'])
    for (const line of lines) expect(line).toMatch(/^[\x20-\x7e]+$/)
    expect(lines[0]).toContain('stale=true')
  })
})
