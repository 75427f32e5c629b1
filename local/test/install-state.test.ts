import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { installState } from '../install-state.mjs'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'turnpike-install-'))
  await mkdir(join(root, 'node_modules'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

const wanted = {
  '': { name: 'turnpike' },
  api: { version: '0.1.0' },
  'node_modules/@turnpike/api': { resolved: 'api', link: true },
  'node_modules/pg': { version: '8.23.1', integrity: 'sha512-pg' },
  'node_modules/@other/darwin-arm64': { version: '1.0.0', integrity: 'sha512-mac', optional: true },
}
const write = (path: string, packages: object) => writeFile(join(root, path), JSON.stringify({ packages }))
const installed = Object.fromEntries(Object.entries(wanted).filter(([path]) => path !== '' && !path.includes('darwin')))

describe('what npm start installs', () => {
  test('an install without the packages of other platforms, and with registry addresses, is current', async () => {
    await write('package-lock.json', wanted)
    const pg = { ...wanted['node_modules/pg'], resolved: 'https://registry.example/pg.tgz' }
    await write('node_modules/.package-lock.json', { ...installed, 'node_modules/pg': pg })
    expect(installState(root)).toBe('current')
  })

  test('a fresh checkout of the same lock file installs nothing, whatever its time says', async () => {
    await write('node_modules/.package-lock.json', installed)
    await write('package-lock.json', wanted)
    const later = new Date(Date.now() + 60_000)
    await utimes(join(root, 'package-lock.json'), later, later)
    expect(installState(root)).toBe('current')
  })

  test('a missing or interrupted install is not current', async () => {
    await write('package-lock.json', wanted)
    expect(installState(root)).toMatch(/missing or incomplete/)
  })

  test.each([
    ['another version', { 'node_modules/pg': { version: '8.23.2', integrity: 'sha512-pg2' } }],
    ['a package more', { 'node_modules/new': { version: '1.0.0', integrity: 'sha512-new' } }],
  ])('a lock file that asks for %s is not current', async (_what, change) => {
    await write('package-lock.json', { ...wanted, ...change })
    await write('node_modules/.package-lock.json', installed)
    expect(installState(root)).toMatch(/is not what package-lock.json asks for/)
  })
})
