import type { ProviderName } from '@turnpike/contracts/payment-event.ts'

/** What the function of a provider is called, here, at Google and in its address. */
export const functionName = (provider: ProviderName) => `${provider}Webhook` as const
export type FunctionName = ReturnType<typeof functionName>
