import { providerName } from '@turnpike/contracts/payment-event.ts'
import { SettingsInvalid } from '@turnpike/providers/errors.ts'
import { providers } from '@turnpike/providers/providers.ts'
import { isWebhookGiven, type Settings } from '@turnpike/providers/settings.ts'
import { z } from 'zod'

/*
 * The only reader of the environment. Everything is validated at once and all problems are reported in one message; a
 * secret has no default. Each process asks for the sections it needs.
 */

const port = z.coerce.number().int().min(0).max(65_535)
const hostAndPort = z.string().regex(/^[^:/\s]+:\d+$/, 'write it as host:port')
const logLevel = z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])

const database = {
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'postgres://user:password@host:port/name' }),
}
/** For migrations alone: DATABASE_URL is the owner's there, and this is what the processes have as theirs. */
const appLogin = {
  APP_DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'postgres://user:password@host:port/name' })
    .refine((url) => /^[A-Za-z0-9_-]{16,}$/.test(new URL(url).password), {
      error: 'its password must have 16 letters and digits or more: openssl rand -hex 24',
    }),
}
const logging = { LOG_LEVEL: logLevel.default('info') }
const accounts = {
  FIREBASE_PROJECT_ID: z.string().min(1),
  EMULATORS: z.enum(['true', 'false']).default('false'),
  FIREBASE_AUTH_EMULATOR_HOST: hostAndPort.optional(),
}
const firebase = {
  ...accounts,
  PROFILE: z.enum(['hybrid', 'postgres_only']),
  FIRESTORE_EMULATOR_HOST: hostAndPort.optional(),
}
/** Values with commas between; `problem` says what they must be. */
function listOf<T>(item: z.ZodType<T>, problem: string) {
  return z.string().transform((text, ctx) => {
    const values = z.array(item).safeParse(text.split(',').map((value) => value.trim()))
    if (!values.success) ctx.addIssue(problem)
    return values.data ?? z.NEVER
  })
}

const http = {
  HOST: z.string().default('127.0.0.1'),
  PORT: port,
  TRUST_PROXY: z
    .string()
    .optional()
    .describe(
      'proxies whose X-Forwarded-For is believed, e.g. loopback,uniquelocal; without it the address of the peer counts',
    ),
  DASHBOARD_URL: z.url().describe('base of the pay pages; the only browser origin that may call the API'),
  FUNCTIONS_JWKS: z.string().transform((text, ctx) => {
    const keys = parseJwks(text)
    if (keys === undefined) ctx.addIssue('must be a JSON Web Key Set with public keys only, each with a kid')
    return keys ?? z.NEVER
  }),
  FUNCTIONS_IDENTITY_AUDIENCE: z
    .url()
    .optional()
    .describe('what Google’s identity token of the functions must be for: their CORE_AUDIENCE'),
  FUNCTIONS_IDENTITY_EMAILS: listOf(z.email(), 'must be e-mails of service accounts, with commas between').default([]),
  JOURNAL_DIR: z
    .string()
    .min(1)
    .describe(
      'folder on a disk of this machine: what is decided while Postgres is away is kept there until it is back',
    ),
  DECISION_DEADLINE_MS: z.coerce
    .number()
    .int()
    .min(100)
    .max(5_000)
    .default(400)
    .describe('a read that Postgres has not decided by then is decided by the policy of its gate'),
}
/** Whom we take money through. What each provider must be told is its own business: its `settings.ts` says it. */
const payments = {
  PAYMENT_PROVIDERS: listOf(
    providerName,
    `must be some of ${providerName.options.join(', ')}, with commas between`,
  ).default(providerName.options.slice(0, 1)),
}
/** How letters to holders go out; without a server they wait. */
const mail = {
  SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'smtp://user:password@host:port' }).optional(),
  MAIL_FROM: z.string().min(3).default('parking@localhost'),
  DASHBOARD_URL: z.url().optional(),
}

const publicKey = z
  .looseObject({ kty: z.string(), kid: z.string().min(1) })
  .refine((key) => !('d' in key) && !('k' in key), 'a private or shared key does not belong here')
const keySet = z.object({ keys: z.array(publicKey).min(1).max(4) })
export type PublicKeySet = z.infer<typeof keySet>

function parseJwks(text: string): PublicKeySet | undefined {
  try {
    return keySet.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** Reads and checks the given section; throws one error that lists every problem and how to mend it. */
function read<T extends z.ZodRawShape>(shape: T): z.output<z.ZodObject<T>> {
  const environment = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ''))
  const parsed = z.object(shape).safeParse(environment)
  const problems =
    parsed.error?.issues.map(({ path, message }) => {
      const name = String(path[0])
      return `  ${name}: ${environment[name] === undefined ? 'is missing' : message}`
    }) ?? []
  const listens = 'PROFILE' in shape && environment.PROFILE === 'postgres_only'
  if ('PAYMENT_PROVIDERS' in shape) problems.push(...providerProblems(environment, listens))
  problems.push(...emulatorProblems(environment), ...identityProblems(environment))
  if (problems.length > 0) throw new Error(`The configuration is not usable:\n${problems.join('\n')}`)
  return parsed.data as z.output<z.ZodObject<T>>
}

/** Emulator tokens are unsigned: accepting them must be asked for, and never in production. */
function emulatorProblems(environment: Record<string, string | undefined>): string[] {
  const used = ['FIREBASE_AUTH_EMULATOR_HOST', 'FIRESTORE_EMULATOR_HOST'].filter((name) => environment[name])
  if (used.length > 0 && environment.EMULATORS !== 'true')
    return [
      `  ${used.join(', ')}: set, but EMULATORS is not "true". Emulators accept unsigned tokens: unset it, or say EMULATORS=true`,
    ]
  if (environment.EMULATORS === 'true' && environment.NODE_ENV === 'production')
    return ['  EMULATORS: "true" is refused where NODE_ENV is "production", because emulators accept unsigned tokens']
  return []
}

/** Asking for an identity without saying whose would take anybody's. */
function identityProblems(environment: Record<string, string | undefined>): string[] {
  const names = ['FUNCTIONS_IDENTITY_AUDIENCE', 'FUNCTIONS_IDENTITY_EMAILS']
  const missing = names.filter((name) => !environment[name])
  if (missing.length !== 1) return []
  return [`  ${missing[0]}: is missing: where Google must vouch for the functions, it and its fellow are both needed`]
}

/** A provider that is wanted needs its keys, and the rest where this process `listens` to it, or anything was said of its webhook. */
function providerProblems(environment: Settings, listens: boolean): string[] {
  const wanted = payments.PAYMENT_PROVIDERS.safeParse(environment.PAYMENT_PROVIDERS).data ?? []
  return wanted.flatMap((name) => {
    const entry = providers[name]
    const hears = listens || isWebhookGiven(entry, environment)
    return [entry.provider, ...(hears ? [entry.webhook] : [])].flatMap(({ open }) => {
      try {
        open(environment)
        return []
      } catch (error) {
        if (error instanceof SettingsInvalid) return [`  ${error.message}`]
        throw error
      }
    })
  })
}

/** The settings of all providers, as they are in the environment. */
function providerSettings(): Settings {
  const sides = Object.values(providers).flatMap(({ provider, webhook }) => [provider, webhook])
  const names = sides.flatMap(({ secrets, values }) => [...secrets, ...values])
  return Object.fromEntries(names.map((name) => [name, process.env[name] || undefined]))
}

export const config = {
  api: () => ({
    ...read({ ...database, ...logging, ...firebase, ...http, ...payments }),
    settings: providerSettings(),
  }),
  relay: () => read({ ...database, ...logging, ...firebase }),
  worker: () => ({ ...read({ ...database, ...logging, ...payments, ...mail }), settings: providerSettings() }),
  reconcile: () => ({ ...read({ ...database, ...payments }), settings: providerSettings() }),
  migrate: () => read({ ...database, ...appLogin }),
  accounts: () => read({ ...database, ...accounts }),
  database: () => read(database),
}
