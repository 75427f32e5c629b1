import { amountText } from '../format/amount.ts'
import { formatMoney } from '../format/money.ts'
import { ago, dateAndTime, timeOfDay } from '../format/time.ts'
import type { Catalogue } from './en.ts'
import { languages, useSpoken } from './language.ts'

/** Writes times and sums in the person's language. The zone and the currency are the site's and always given. */
export function formatsIn({ language, words }: { language: keyof typeof languages; words: Catalogue }) {
  const { locale } = languages[language]
  return {
    money: (amountMinor: number, currency: string) => formatMoney(amountMinor, currency, locale),
    time: (instant: Date | string, timeZone: string) => timeOfDay(instant, timeZone, locale),
    dateTime: (instant: Date | string, timeZone: string) => dateAndTime(instant, timeZone, locale),
    ago: (instant: Date | string, nowMs: number) => ago(instant, nowMs, words.common),
    /** For a field in which a sum is changed. */
    amount: (amountMinor: number, currency: string) =>
      amountText(amountMinor, currency).replace('.', decimalMarkOf(locale)),
    number: (value: number) => value.toLocaleString(locale),
  }
}

export function useFormats() {
  return formatsIn(useSpoken())
}

const decimalMarkOf = (locale: string) => (0.5).toLocaleString(locale).charAt(1)
