import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'turnpike-config-'))
})
afterAll(() => rm(folder, { recursive: true }))

const good = {
  apiUrl: 'https://api.parking.example',
  live: 'firestore',
  firebase: { apiKey: 'key', projectId: 'parking', authDomain: 'parking.example' },
}

/** What the command says of a file, and its exit code. */
function check(path: string): Promise<{ code: number; said: string }> {
  const command = resolve(import.meta.dirname, '../deployed-config.ts')
  return new Promise((done) => {
    execFile(process.execPath, [command, path], (error, _stdout, said) =>
      done({ code: Number(error?.code ?? 0), said }),
    )
  })
}

async function checkWritten(text: string) {
  const path = join(folder, 'config.json')
  await writeFile(path, text)
  return check(path)
}

test('a configuration that pages can use is deployed, with or without ways to sign in', async () => {
  const signIn = { providers: [{ id: 'microsoft.com', name: 'Microsoft', parameters: { tenant: 'parking.example' } }] }
  for (const config of [good, { ...good, signIn }, { ...good, signIn: null }])
    expect(await checkWritten(JSON.stringify(config))).toEqual({ code: 0, said: '' })
})

test.each([
  ['is not JSON', 'apiUrl: https://api', /not JSON/],
  ['lacks the API', JSON.stringify({ ...good, apiUrl: undefined }), /apiUrl/],
  ['speaks plain http', JSON.stringify({ ...good, apiUrl: 'http://api.parking.example' }), /https/],
  ['uses emulators', JSON.stringify({ ...good, emulators: { auth: 'http://127.0.0.1:9099' } }), /nobody signed/],
  ['has no way to sign in', JSON.stringify({ ...good, signIn: { password: false } }), /no way to sign in/],
  [
    'has a provider nobody knows',
    JSON.stringify({ ...good, signIn: { providers: [{ id: 'x', name: 'X' }] } }),
    /google[.]com/,
  ],
])('one that %s is refused, with the reason', async (_what, text, reason) => {
  expect(await checkWritten(text)).toEqual({ code: 1, said: expect.stringMatching(reason) })
})

test('one that is not there is refused', async () => {
  expect(await check(join(folder, 'nowhere.json'))).toEqual({ code: 1, said: expect.stringContaining('not there') })
})
