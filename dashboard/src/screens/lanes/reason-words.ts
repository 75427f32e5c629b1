import type { Catalogue } from '../../i18n/en.ts'

/** Why a command was given: an operator's own words, or the words for the decision that gave it. */
export function commandReasonWords(reason: string, { reasons }: Catalogue): string {
  return (reasons as Record<string, string>)[reason] ?? reason
}
