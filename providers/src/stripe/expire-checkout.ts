import type Stripe from 'stripe'
import { ProviderRefused } from '../errors.ts'
import { ask } from './call.ts'

/** Closes a checkout. One that is not open any more is refused: then it counts how it ended. */
export async function expireCheckout(client: Stripe, sessionId: string): Promise<boolean> {
  try {
    await ask(client.checkout.sessions.expire(sessionId))
    return true
  } catch (error) {
    if (!(error instanceof ProviderRefused)) throw error
    const session = await ask(client.checkout.sessions.retrieve(sessionId))
    if (session.status === 'open') throw error
    return session.status === 'expired'
  }
}
