import type { Look, LookName, LookPart, LookWord } from '@turnpike/contracts/explanation.ts'
import { formatMoney } from '../format/money.ts'
import { dateAndTime, span } from '../format/time.ts'
import { type Language, languages } from './language.ts'
import { lookNamesDe, lookWordsDe } from './looks-de.ts'

/** Says what a decision depended on: its name, and what it was, with times as the clock at the site has them. */
export function looksIn(language: Language, timeZone: string) {
  const { locale } = languages[language]
  const word = (word: LookWord) => (language === 'de' ? lookWordsDe[word] : spaced(word))
  const part = (part: LookPart) => {
    if ('word' in part) return word(part.word)
    if ('instant' in part) return dateAndTime(part.instant, timeZone, locale)
    if ('seconds' in part) return span(part.seconds)
    if ('share' in part) return part.share.toLocaleString(locale, { style: 'percent' })
    return formatMoney(part.amountMinor, part.currency, locale)
  }
  return {
    name: (name: LookName) => (language === 'de' ? lookNamesDe[name] : spaced(name)),
    value: (clauses: Look['value']) => clauses.map((clause) => clause.map(part).join(' ')).join(', '),
  }
}

/** They are written in English. */
const spaced = (word: LookName | LookWord) => word.replaceAll('_', ' ')
