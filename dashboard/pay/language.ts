import { en, type Words } from './i18n/en.ts'

export type Language = 'en' | 'de'
const locales = { en: 'en-GB', de: 'de-DE' }
const storageKey = 'turnpike.language'

let language: Language = 'en'
let spoken: Words = en

/** What the pages say, in the language that is spoken. */
export function words(): Words {
  return spoken
}

export function currentLanguage(): Language {
  return language
}

/** How dates and sums are written. */
export function locale(): string {
  return locales[language]
}

/** Speaks what this person chose on this device, else what the browser says. To be awaited before anything is shown. */
export async function speakPreferred(): Promise<void> {
  const wanted = stored() ?? navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'en'
  await speak(wanted).catch(() => undefined) // without its words a language cannot be spoken, and English is better than nothing
}

export async function speakOther(): Promise<void> {
  const other = language === 'en' ? 'de' : 'en'
  await speak(other)
  try {
    localStorage.setItem(storageKey, other)
  } catch {
    // storage is blocked: the next page asks the browser
  }
}

async function speak(wanted: Language): Promise<void> {
  spoken = wanted === 'de' ? (await import('./i18n/de.ts')).de : en
  language = wanted
  document.documentElement.lang = wanted
  document.title = spoken.title
}

function stored(): Language | undefined {
  try {
    const value = localStorage.getItem(storageKey)
    return value !== null && isLanguage(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isLanguage(tag: string): tag is Language {
  return tag === 'en' || tag === 'de'
}
