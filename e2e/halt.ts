import { onTestFinished } from 'vitest'
import type { RunningStack } from './stack.ts'

/**
 * Stops a process of a stack where it stands: its connections stay, and nothing comes. Returns what has it go on, which the end of
 * the test also does.
 */
export async function halt(stack: RunningStack, words: RegExp): Promise<() => void> {
  const { pid } = await stack.processOf(words)
  process.kill(pid, 'SIGSTOP')
  const goOn = () => void process.kill(pid, 'SIGCONT')
  onTestFinished(goOn)
  return goOn
}
