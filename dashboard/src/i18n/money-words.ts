import { useLanguage } from './language.ts'
import { moneyDe } from './money-de.ts'
import { type MoneyCatalogue, moneyEn } from './money-en.ts'

const catalogues = { en: moneyEn, de: moneyDe }

/** The words of payments, subscriptions and plans, in the language that is spoken. */
export function useMoneyWords(): MoneyCatalogue {
  return catalogues[useLanguage()]
}
