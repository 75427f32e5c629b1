import { useLanguage } from './language.ts'
import { signDe } from './sign-de.ts'
import { type SignCatalogue, signEn } from './sign-en.ts'

const catalogues = { en: signEn, de: signDe }

/** The words of the screen of signs, in the language that is spoken. */
export function useSignWords(): SignCatalogue {
  return catalogues[useLanguage()]
}
