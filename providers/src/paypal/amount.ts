import { currencyDecimals, decimalAmount } from '@turnpike/contracts/currency-decimals.ts'
import { z } from 'zod'
import { ProviderRefused } from '../errors.ts'
import { NotUnderstood } from '../understand.ts'

/** Two decimals in ISO 4217, none at PayPal (https://developer.paypal.com/api/rest/reference/currency-codes/). */
const wholeUnitsAtPaypal = new Set(['HUF', 'TWD'])

/** Money of the v2 APIs. */
export const money = z.object({ currency_code: z.string(), value: z.string() })
/** Money of the v1 payments API. */
export const v1Money = z.object({ currency: z.string(), total: z.string() })

/**
 * An ISO 4217 amount as PayPal's decimal string.
 * @throws ProviderRefused (`amount_not_chargeable`) when PayPal has no such amount: money is never rounded here
 */
export function toPaypalMoney(amountMinor: number, currency: string): z.infer<typeof money> {
  if (!wholeUnitsAtPaypal.has(currency)) return { currency_code: currency, value: decimalAmount(amountMinor, currency) }
  if (amountMinor % 100 === 0) return { currency_code: currency, value: String(amountMinor / 100) }
  const detail = `PayPal takes ${currency} in whole units, not ${amountMinor} minor units: round the tariff to them`
  throw new ProviderRefused('amount_not_chargeable', detail)
}

/**
 * A decimal string in minor units, exactly: "10.0", "10" and "10.00" EUR are 1000.
 * @throws NotUnderstood when it is no decimal, or holds a fraction that the currency does not have
 */
export function amountOf({ currency_code: currency, value }: z.infer<typeof money>) {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d{0,12})(?:\.(\d{1,8}))?$/.exec(value) ?? []
  if (whole + fraction === '') throw new NotUnderstood('amount: is no decimal number')
  const decimals = currencyDecimals(currency)
  if (/[1-9]/.test(fraction.slice(decimals))) throw new NotUnderstood('amount: has more decimals than its currency')
  const digits = whole + fraction.slice(0, decimals).padEnd(decimals, '0')
  return { amountMinor: Number(sign + digits), currency }
}

export function v1AmountOf({ currency, total }: z.infer<typeof v1Money>) {
  return amountOf({ currency_code: currency, value: total })
}
