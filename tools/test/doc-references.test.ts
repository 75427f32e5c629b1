import { expect, test } from 'vitest'
import { docReferenceProblems } from '../doc-references.ts'
import { listRepositoryFiles } from '../repository-files.ts'
import { makeTree } from './tree.ts'

const tree = {
  'package.json': JSON.stringify({ scripts: { start: 'x', 'mirror:diff': 'x' } }),
  'api/package.json': JSON.stringify({ scripts: { dump: 'x' } }),
  'api/src/domain/decide.ts': '',
  'docs/flows.md': '# A car at a gate, and `what` follows\n',
  '.ci/run': '',
}

async function problemsOf(readme: string, more: Record<string, string> = {}): Promise<string[]> {
  const root = await makeTree({ ...tree, ...more, 'README.md': readme })
  return docReferenceProblems(root, await listRepositoryFiles(root))
}

test('links, anchors, paths and scripts that exist pass', async () => {
  const readme = `
[flows](docs/flows.md#a-car-at-a-gate-and-what-follows), [out](https://example.org/none.md), ![folder](./api)
Read \`api/src/domain/decide.ts:12\`, \`api/src/domain/\`, \`.ci/run\` and \`@turnpike/api/domain/decide.ts\`; \`application/problem+json\`,
\`/v1/gates.json\` and \`.local/stack.json\` are no files of the repository.
\`\`\`sh
npm start && npm run mirror:diff -- --site x
npm run dump -w api
node api/src/domain/decide.ts
\`\`\``
  expect(await problemsOf(readme)).toEqual([])
})

test.each([
  ['a link to no file', '[x](docs/gone.md)', 'README.md: link to docs/gone.md, which does not exist'],
  [
    'a link to no heading',
    '[x](docs/flows.md#gone)',
    'README.md: link to docs/flows.md#gone: docs/flows.md has no such heading',
  ],
  [
    'a path in inline code',
    '`api/src/domain/gone.ts`',
    'README.md: names api/src/domain/gone.ts, which does not exist',
  ],
  ['a folder in inline code', '`api/src/gone/`', 'README.md: names api/src/gone/, which does not exist'],
  ['an import in inline code', '`@turnpike/api/gone.ts`', 'README.md: names api/src/gone.ts, which does not exist'],
  ['a path in a code block', '```sh\nnode api/gone.ts\n```', 'README.md: names api/gone.ts, which does not exist'],
  ['an npm script', 'Run `npm run gone`.', 'README.md: names the npm script "gone", which does not exist'],
  ['npm test without a test script', 'Run `npm test`.', 'README.md: names the npm script "test", which does not exist'],
  [
    'a script of another workspace',
    '`npm run start -w api`',
    'README.md: names the npm script "start", which does not exist',
  ],
])('%s that is not there is reported', async (_, readme, problem) => {
  expect(await problemsOf(readme)).toEqual([problem])
})

test('documents below docs and in folders are read as well, relative to where they are', async () => {
  const more = {
    'api/README.md': '`src/domain/decide.ts` `src/gone.ts` `npm run dump`',
    'docs/decisions/0001-x.md': '[up](../flows.md) [gone](../gone.md)',
  }
  expect((await problemsOf('', more)).sort()).toEqual([
    'api/README.md: names src/gone.ts, which does not exist',
    'docs/decisions/0001-x.md: link to ../gone.md, which does not exist',
  ])
})
