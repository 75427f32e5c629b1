import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { generatedClientProblems } from '../generated-client.ts'
import { makeTree } from './tree.ts'

const path = 'dashboard/src/api/schema.generated.ts'

test('a client that lacks what the API offers is shown line by line, with what to do', async () => {
  const client = await readFile(join(resolve(import.meta.dirname, '../..'), path), 'utf8')
  const outdated = client.replace('"/v1/gates/{gateId}/commands": {', '"/v1/gates/{gateId}/orders": {')
  const problems = (await generatedClientProblems(await makeTree({ [path]: outdated }))).join('\n')
  expect(problems).toContain('-     "/v1/gates/{gateId}/orders": {')
  expect(problems).toContain('+     "/v1/gates/{gateId}/commands": {')
  expect(problems).toContain('node tools/generated-client.ts --write')
})

test('a client that is not there is a problem', async () => {
  expect((await generatedClientProblems(await makeTree({})))[0]).toContain('is missing')
})
