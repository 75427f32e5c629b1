import type { ReasonCode } from '@turnpike/contracts/decision.ts'

/**
 * Why a decision was taken, for operators. Drivers read `reasonTexts` on the lane display, which tells them what to do ("Welcome")
 * rather than why.
 */
export function reasonWords(code: ReasonCode): string {
  const words = code.replaceAll('_', ' ')
  return words[0]?.toUpperCase() + words.slice(1)
}
