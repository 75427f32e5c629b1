import { useSyncExternalStore } from 'react'
import { type Catalogue, en } from './en.ts'

/** Each language by its own name, the locale that dates and money are written in, and its catalogue, loaded when it is spoken. */
export const languages = {
  en: { name: 'English', locale: 'en-GB', load: async (): Promise<Catalogue> => en },
  de: { name: 'Deutsch', locale: 'de-DE', load: async (): Promise<Catalogue> => (await import('./de.ts')).de },
}
export type Language = keyof typeof languages
type Spoken = { language: Language; words: Catalogue }

const storageKey = 'turnpike.language'
const listeners = new Set<() => void>()
let spoken: Spoken = { language: 'en', words: en }

/** Speaks what this person chose before on this device, else what the browser says. To be awaited before anything is shown. */
export async function speakPreferred(): Promise<void> {
  // Without its catalogue a language cannot be spoken, and English is better than nothing.
  await change(stored() ?? preferred(navigator.languages)).catch(() => undefined)
}

/** Speaks another language from now on, also after the next start on this device. */
export async function speak(language: Language): Promise<void> {
  await change(language)
  try {
    localStorage.setItem(storageKey, language)
  } catch {
    // storage is blocked: the next start asks the browser
  }
}

/** The first of a person's languages that the console speaks; English where it speaks none. */
export function preferred(wanted: readonly string[]): Language {
  return wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'en'
}

/** What the console says, for code that is no component. Components use `useWords`, which follows a change. */
export function words(): Catalogue {
  return spoken.words
}

/** In which language, for code that is no component. */
export function language(): Language {
  return spoken.language
}

export function useWords(): Catalogue {
  return useSpoken().words
}

export function useLanguage(): Language {
  return useSpoken().language
}

export function useSpoken(): Spoken {
  return useSyncExternalStore(subscribe, () => spoken)
}

async function change(language: Language): Promise<void> {
  spoken = { language, words: await languages[language].load() }
  document.documentElement.lang = language
  for (const listener of [...listeners]) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function stored(): Language | undefined {
  try {
    const text = localStorage.getItem(storageKey) ?? ''
    return isLanguage(text) ? text : undefined
  } catch {
    return undefined
  }
}

function isLanguage(text: string): text is Language {
  return Object.hasOwn(languages, text)
}
