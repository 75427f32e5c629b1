import { useLanguage } from './language.ts'
import { operatorsDe } from './operators-de.ts'
import { type OperatorsCatalogue, operatorsEn } from './operators-en.ts'

const catalogues = { en: operatorsEn, de: operatorsDe }

/** The words of the screen of operators, in the language that is spoken. */
export function useOperatorsWords(): OperatorsCatalogue {
  return catalogues[useLanguage()]
}
