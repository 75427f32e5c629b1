import { type ReasonCode, reasonTexts } from '@turnpike/contracts/decision.ts'

/**
 * Why a decision was taken, for operators. Drivers read `reasonTexts` on the lane display, which tells them what to do ("Welcome")
 * rather than why.
 */
export function reasonWords(code: ReasonCode): string {
  const words = code.replaceAll('_', ' ')
  return words[0]?.toUpperCase() + words.slice(1)
}

/** Why a command was given: an operator's own words, or the words for the decision that gave it. */
export function commandReasonWords(reason: string): string {
  return reason in reasonTexts ? reasonWords(reason as ReasonCode) : reason
}
