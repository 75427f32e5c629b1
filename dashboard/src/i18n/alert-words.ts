import { alertsDe } from './alerts-de.ts'
import { type AlertCatalogue, alertsEn } from './alerts-en.ts'
import { useLanguage } from './language.ts'

const catalogues = { en: alertsEn, de: alertsDe }

/** What the kinds of alerts say, in the language that is spoken. */
export function useAlertWords(): AlertCatalogue {
  return catalogues[useLanguage()]
}
