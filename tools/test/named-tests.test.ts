import { expect, test } from 'vitest'
import { namedTestProblems } from '../named-tests.ts'
import { listRepositoryFiles } from '../repository-files.ts'
import { makeTree } from './tree.ts'

async function problemsOf(document: string): Promise<string[]> {
  const root = await makeTree({
    'docs/rules.md': document,
    'api/test/gate.test.ts': `describe('a gate', () => {\n  test('opens once', …)\n  test.each([1])('opens %s times', …)\n})`,
  })
  return namedTestProblems(root, await listRepositoryFiles(root))
}

test('tests that a document names and that are there pass, one or several of a file', async () => {
  expect(await problemsOf('| It opens once | `api/test/gate.test.ts` "opens once"; "a gate" |')).toEqual([])
  expect(await problemsOf('`api/test/gate.test.ts` "opens %s times", and a "word" elsewhere')).toEqual([])
})

test('a test that is not there is reported, also behind one that is', async () => {
  expect(await problemsOf('`api/test/gate.test.ts` "opens once"; "opens"')).toEqual([
    'docs/rules.md: api/test/gate.test.ts has no test called "opens"',
  ])
})
