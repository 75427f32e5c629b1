import { webhooks } from './webhooks.ts'

/**
 * The functions by the names that the functions framework looks for, where they are started from their source. Names of exports are never
 * computed: the bundle that is deployed gets its own, for every provider there is (`build.ts`).
 */
export const { stripeWebhook, paypalWebhook } = webhooks
