import { type ProviderName, providerName } from '@turnpike/contracts/payment-event.ts'
import type { ProviderEntry } from './settings.ts'

/** Every provider of the list: what the `settings.ts` in the folder of its name exports as `entry`. */
export const providers = Object.fromEntries(
  await Promise.all(providerName.options.map(async (name) => [name, await entryOf(name)])),
) as Readonly<Record<ProviderName, ProviderEntry>>

async function entryOf(name: ProviderName): Promise<ProviderEntry> {
  const { entry }: { entry: ProviderEntry } = await import(`./${name}/settings.ts`)
  return entry
}
