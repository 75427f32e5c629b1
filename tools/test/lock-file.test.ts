import { expect, test } from 'vitest'
import { lockFileProblems } from '../lock-file.ts'

const lock = (entry: object) =>
  JSON.stringify({
    packages: {
      '': { name: 'turnpike' },
      api: { name: '@turnpike/api' },
      'node_modules/@turnpike/api': { resolved: 'api', link: true },
      'node_modules/zod': entry,
    },
  })

test('packages without an address pass, links to workspaces too', () => {
  expect(lockFileProblems(lock({ integrity: 'sha512-x' }))).toEqual([])
})

test.each(['https://registry.example/zod.tgz', 'http://10.0.0.1/zod.tgz', 'git+ssh://git@example/zod.git'])(
  'a package that comes from %s is reported',
  (resolved) => {
    expect(lockFileProblems(lock({ integrity: 'sha512-x', resolved })).join()).toContain(
      `node_modules/zod: resolved from ${resolved}`,
    )
  },
)

test('a package without a checksum is reported', () => {
  expect(lockFileProblems(lock({}))).toEqual(['node_modules/zod: no integrity'])
})
