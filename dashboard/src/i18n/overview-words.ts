import { useLanguage } from './language.ts'
import { overviewDe } from './overview-de.ts'
import { type OverviewCatalogue, overviewEn } from './overview-en.ts'

const catalogues = { en: overviewEn, de: overviewDe }

/** The words of the overview, in the language that is spoken. */
export function useOverviewWords(): OverviewCatalogue {
  return catalogues[useLanguage()]
}
