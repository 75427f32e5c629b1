import { readFile } from 'node:fs/promises'
import { alertKind } from '@turnpike/contracts/live-documents.ts'
import { expect, test } from 'vitest'

test('every alert is in the table that says what it means and what to do', async () => {
  const page = await readFile(new URL('../../docs/operations.md', import.meta.url), 'utf8')
  const [, section = ''] = page.split(/^## Alerts$/m)
  const named = [...section.split(/^## /m)[0]!.matchAll(/^\| `(\w+)` \|/gm)].map(([, kind]) => kind)
  expect(named.toSorted()).toEqual(alertKind.options.toSorted())
})
