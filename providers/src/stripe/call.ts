import Stripe from 'stripe'
import { ProviderRefused, ProviderUnavailable } from '../errors.ts'

/** What Stripe answers. @throws ProviderRefused or ProviderUnavailable */
export async function ask<T>(call: Promise<T>): Promise<T> {
  const answer = await call.catch((error: unknown) => {
    throw inOurWords(error)
  })
  // To the library a failure without Stripe's words, such as a gateway's, is an answer like any other.
  const status = (answer as { lastResponse?: { statusCode?: number } }).lastResponse?.statusCode ?? 200
  if (status >= 300) throw new ProviderUnavailable(`Stripe answered ${status}`)
  return answer
}

/** The same, but undefined where Stripe has no such object. */
export async function askFor<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await ask(call)
  } catch (error) {
    if (error instanceof ProviderRefused && error.code === 'resource_missing') return undefined
    throw error
  }
}

/** A refused request is refused for good; whatever else goes wrong between Stripe and us may pass. */
function inOurWords(error: unknown): Error {
  if (
    error instanceof Stripe.errors.StripeInvalidRequestError ||
    error instanceof Stripe.errors.StripeIdempotencyError
  ) {
    const code = error.code ?? error.rawType ?? 'refused'
    return new ProviderRefused(code, `Stripe refused: ${error.message}`, { cause: error })
  }
  if (error instanceof Stripe.errors.StripeError) {
    return new ProviderUnavailable(`Stripe could not be asked: ${error.message}`, { cause: error })
  }
  return error instanceof Error ? error : new Error(String(error))
}
