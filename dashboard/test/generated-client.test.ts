import { expect, test } from 'vitest'
import { generateClient, readGeneratedClient } from '../generate-client.ts'

test('the typed client is what the API describes today (else: npm run generate-client -w dashboard)', async () => {
  expect(await readGeneratedClient()).toBe(await generateClient())
})
