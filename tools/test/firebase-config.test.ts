import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const readJson = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'))
const config = readJson('firebase.json')

/** Firebase's own validator: an internal path of firebase-tools, therefore its version is pinned. */
const { getValidator, getErrorMessage } = createRequire(import.meta.url)(
  'firebase-tools/lib/firebaseConfigValidate.js',
) as {
  getValidator(): ((config: unknown) => boolean) & { errors?: object[] }
  getErrorMessage(error: object): string
}

function problemsOf(written: unknown): string[] {
  const isValid = getValidator()
  return isValid(written) ? [] : (isValid.errors ?? []).map(getErrorMessage)
}

test('firebase.json is what the command that deploys it understands', () => {
  expect(problemsOf(config)).toEqual([])
  expect(problemsOf({ ...config, hosting: { ...config.hosting, rewrite: [] } })).not.toEqual([])
})

test('what it names exists, and what it builds before a deployment is a script', () => {
  expect(existsSync(join(root, config.firestore.rules))).toBe(true)
  expect(existsSync(join(root, config.firestore.indexes))).toBe(true)
  for (const words of [...config.functions.predeploy, ...config.hosting.predeploy]) {
    const [, script, workspace] = /^npm run (\S+) -w (\S+)$/.exec(words)!
    expect(readJson(`${workspace}/package.json`).scripts, words).toHaveProperty([script!])
  }
})

test('its emulators listen to this machine alone, each at a port of its own', () => {
  const { ui, singleProjectMode: _mode, ...listening } = config.emulators
  const each = Object.values<{ host: string; port: number }>(listening)
  expect(Object.keys(listening)).toEqual(expect.arrayContaining(['auth', 'firestore', 'functions', 'hosting']))
  expect(new Set(each.map(({ host }) => host))).toEqual(new Set(['127.0.0.1']))
  expect(new Set(each.map(({ port }) => port)).size).toBe(each.length)
  expect(ui.enabled).toBe(false)
})

test('a field that documents expire by has a TTL policy, and no index that every write would pay for', () => {
  const { fieldOverrides } = readJson('firestore.indexes.json')
  const expiring = ['sessions', 'payments', 'alerts']
  expect(fieldOverrides).toEqual(
    expiring.map((collectionGroup) => ({ collectionGroup, fieldPath: 'expireAt', ttl: true, indexes: [] })),
  )
})
