import type { ProviderName } from '@turnpike/contracts/payment-event.ts'
import { paypal } from './paypal/settings.ts'
import type { ProviderEntry } from './settings.ts'
import { stripe } from './stripe/settings.ts'

/** Every payment provider there is. A further one is a folder, its name in the contracts, and a line here. */
export const providers: Readonly<Record<ProviderName, ProviderEntry>> = { stripe, paypal }
