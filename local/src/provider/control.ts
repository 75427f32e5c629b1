import { z } from 'zod'
import { faultSettings } from './faults.ts'
import type { PaypalSide } from './paypal/paypal.ts'
import { PaypalRefusal } from './paypal/paypal-refusal.ts'
import type { StripeSide } from './stripe/stripe.ts'
import { StripeRefusal } from './stripe/stripe-refusal.ts'

/** What happens on the providers' side without a person at a page: time, banks, and what goes wrong. README.md lists it. */
export type Control = Record<string, (fields: unknown) => unknown>

const text = z.string().min(1)
const release = z.strictObject({ order: z.enum(['given', 'reversed']).default('given') })
const resend = z.strictObject({ event: text })

export function controlOf(stripe: StripeSide, paypal: PaypalSide): Control {
  return {
    ...shared('stripe', stripe),
    ...shared('paypal', paypal),
    'stripe/settle': act({ checkout: text, outcome: z.enum(['succeeded', 'failed']) }, (given) =>
      stripe.checkouts.settle(given.checkout, given.outcome),
    ),
    'stripe/fail-refund': act({ refund: text }, ({ refund }) => stripe.payments.failRefund(refund)),
    'stripe/forget-keys': act({}, () => stripe.api.forgetKeys()),
    'stripe/dispute': act({ payment_intent: text }, (given) => stripe.payments.dispute(given.payment_intent)),
    'stripe/close-dispute': act({ dispute: text, status: z.enum(['won', 'lost']) }, (given) =>
      stripe.payments.closeDispute(given.dispute, given.status),
    ),
    'stripe/renew': act({ subscription: text, outcome: z.enum(['paid', 'failed']) }, (given) =>
      stripe.subscriptions.renew(given.subscription, given.outcome),
    ),
    'stripe/pay-open': act({ subscription: text }, (given) => stripe.subscriptions.payOpen(given.subscription)),
    'stripe/give-up': act({ subscription: text }, (given) => stripe.subscriptions.giveUp(given.subscription)),
    'paypal/settle': act({ capture: text, outcome: z.enum(['COMPLETED', 'DECLINED']) }, (given) =>
      paypal.orders.settle(given.capture, given.outcome),
    ),
    'paypal/dispute': act({ transaction: text }, (given) => paypal.back.dispute(given.transaction)),
    'paypal/resolve-dispute': act(
      { dispute: text, outcome: z.enum(['RESOLVED_SELLER_FAVOUR', 'RESOLVED_BUYER_FAVOUR']) },
      (given) => paypal.back.resolve(given.dispute, given.outcome),
    ),
    'paypal/renew': act({ subscription: text, outcome: z.enum(['completed', 'failed']) }, (given) =>
      paypal.subscriptions.renew(given.subscription, given.outcome),
    ),
  }
}

/** Does it, and says what there is to say. Never throws. */
export async function control(
  actions: Control,
  name: string,
  fields: unknown,
): Promise<{ status: number; body: unknown }> {
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined
  if (action === undefined) return { status: 404, body: { known: Object.keys(actions) } }
  try {
    return { status: 200, body: (await action(fields)) ?? {} }
  } catch (error) {
    const refused = error instanceof z.ZodError || error instanceof StripeRefusal || error instanceof PaypalRefusal
    return { status: refused ? 400 : 500, body: { message: String((error as Error).message) } }
  }
}

function shared(name: 'stripe' | 'paypal', { faults, webhooks, events }: StripeSide | PaypalSide): Control {
  return {
    [`${name}/faults`]: (fields) => faults.set(faultSettings.parse(fields)),
    [`${name}/release`]: async (fields) => ({ released: await webhooks.release(release.parse(fields).order) }),
    [`${name}/resend`]: (fields) => events.resend(resend.parse(fields).event),
  }
}

function act<T extends z.ZodRawShape>(shape: T, then: (given: z.output<z.ZodObject<T>>) => unknown) {
  return (fields: unknown) => then(z.strictObject(shape).parse(fields) as z.output<z.ZodObject<T>>)
}
