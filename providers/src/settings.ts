import type { z } from 'zod'
import { SettingsInvalid } from './errors.ts'
import type { PaymentProvider, PaymentWebhook } from './provider.ts'

/** What a process is told, under the names it has in its environment. */
export type Settings = Readonly<Record<string, string | undefined>>

/** One side of a provider: what it must be told, and how it is opened with it. */
export type Opening<Side> = {
  secrets: readonly string[]
  /** Settings that are no secrets. Of these some may be left out. */
  values: readonly string[]
  /** @throws SettingsInvalid naming all that is missing or wrong */
  open(settings: Settings): Side
}

export type ProviderEntry = { webhook: Opening<PaymentWebhook>; provider: Opening<PaymentProvider> }

/** Whether anything was said of a provider's webhook: where Cloud Functions listen to it, the core is told nothing. */
export function isWebhookGiven({ provider, webhook }: ProviderEntry, settings: Settings): boolean {
  const shared = new Set([...provider.secrets, ...provider.values])
  return [...webhook.secrets, ...webhook.values].some((name) => !shared.has(name) && Boolean(settings[name]))
}

/**
 * The settings in the shape that is wanted. What is blank counts as left out, and what was stored with `echo` ends in a newline.
 * @throws SettingsInvalid
 */
export function readSettings<T extends z.ZodRawShape>(
  shape: z.ZodObject<T>,
  settings: Settings,
): z.output<z.ZodObject<T>> {
  const given = Object.keys(shape.shape).map((name) => [name, settings[name]?.trim() || undefined])
  const parsed = shape.safeParse(Object.fromEntries(given))
  if (parsed.success) return parsed.data
  throw new SettingsInvalid(parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; '))
}

/** What a side says to settings that it cannot be opened with. @throws SettingsInvalid */
export function opened<Side>(open: () => Side): Side {
  try {
    return open()
  } catch (error) {
    throw new SettingsInvalid((error as Error).message, { cause: error })
  }
}
