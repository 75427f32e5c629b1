import { existsSync, readFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { emptyPaypal, type PaypalKept } from './paypal/paypal-kept.ts'
import { emptyStripe, type StripeKept } from './stripe/stripe-kept.ts'

/** All that the stand-ins remember: plain data, by id. */
export type Kept = { stripe: StripeKept; paypal: PaypalKept }

/**
 * What was kept in `file`, so that objects outlive a restart as they do at a provider; in memory only without one.
 * `save` writes what has changed until then: whole or not at all, one write at a time.
 */
export function openKept(file?: string): { kept: Kept; save(): Promise<void> } {
  const stored: Partial<Kept> = file !== undefined && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  const kept: Kept = {
    stripe: { ...emptyStripe(), ...stored.stripe },
    paypal: { ...emptyPaypal(), ...stored.paypal },
  }
  let writing: Promise<void> = Promise.resolve()
  let waiting = false
  return {
    kept,
    save() {
      if (file === undefined || waiting) return writing
      waiting = true
      writing = writing.then(async () => {
        waiting = false
        await writeFile(`${file}.new`, JSON.stringify(kept), { mode: 0o600 })
        await rename(`${file}.new`, file)
      })
      return writing
    },
  }
}
