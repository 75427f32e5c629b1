import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { type Stack, stack } from '@turnpike/contracts/stack.ts'
import { localFolder } from './local-folder.ts'

/** Says to tools that the stack is ready and where: whole or not at all, readable by its owner only. */
export async function writeStackFile(ready: Stack): Promise<void> {
  const text = JSON.stringify(stack.parse(ready), null, 2)
  await writeFile(`${localFolder.stack}.new`, `${text}\n`, { mode: 0o600 })
  await rename(`${localFolder.stack}.new`, localFolder.stack)
}

export async function removeStackFile(): Promise<void> {
  await rm(localFolder.stack, { force: true })
}

/**
 * The running stack.
 * @throws Error that says to start one.
 */
export async function readStackFile(): Promise<Stack> {
  const text = await readFile(localFolder.stack, 'utf8').catch(() => undefined)
  if (text === undefined)
    throw new Error('No stack is running here: "npm start" in another terminal, wait until it is ready.')
  return stack.parse(JSON.parse(text))
}
