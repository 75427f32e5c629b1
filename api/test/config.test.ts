import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { config } from '../src/config.ts'

const good = {
  DATABASE_URL: 'postgres://u:p@127.0.0.1:5432/turnpike',
  PORT: '7301',
  DASHBOARD_URL: 'https://parking.example',
  PROFILE: 'hybrid',
  FIREBASE_PROJECT_ID: 'demo-turnpike',
  FUNCTIONS_JWKS: '{"keys":[{"kty":"OKP","crv":"Ed25519","x":"abc","kid":"1"}]}',
  STRIPE_SECRET_KEY: 'sk_test_12345678',
  JOURNAL_DIR: '/var/lib/turnpike/journal',
}

beforeEach(() => {
  for (const [name, value] of Object.entries(good)) vi.stubEnv(name, value)
  for (const name of [
    'EMULATORS',
    'FIREBASE_AUTH_EMULATOR_HOST',
    'FIRESTORE_EMULATOR_HOST',
    'NODE_ENV',
    'HOST',
    'LOG_LEVEL',
    'FUNCTIONS_IDENTITY_AUDIENCE',
    'FUNCTIONS_IDENTITY_EMAILS',
  ])
    vi.stubEnv(name, undefined)
})
afterEach(() => vi.unstubAllEnvs())

describe('the configuration', () => {
  test('of everything that is needed is accepted, and only harmless things have defaults', () => {
    expect(config.api()).toMatchObject({
      PORT: 7301,
      HOST: '127.0.0.1',
      LOG_LEVEL: 'info',
      EMULATORS: 'false',
      DECISION_DEADLINE_MS: 400,
    })
  })

  test('of whom Google must vouch for names the audience and the accounts, or neither', () => {
    expect(config.api()).toMatchObject({ FUNCTIONS_IDENTITY_EMAILS: [] })
    vi.stubEnv('FUNCTIONS_IDENTITY_AUDIENCE', 'https://api.parking.example')
    expect(() => config.api()).toThrow(/FUNCTIONS_IDENTITY_EMAILS: is missing/)
    vi.stubEnv('FUNCTIONS_IDENTITY_EMAILS', 'one@parking.iam.gserviceaccount.com, nobody')
    expect(() => config.api()).toThrow(/FUNCTIONS_IDENTITY_EMAILS: must be e-mails/)
    vi.stubEnv('FUNCTIONS_IDENTITY_EMAILS', 'one@parking.iam.gserviceaccount.com, two@parking.iam.gserviceaccount.com')
    expect(config.api().FUNCTIONS_IDENTITY_EMAILS).toHaveLength(2)
  })

  test('reports all that is missing or wrong in one message', () => {
    vi.stubEnv('DATABASE_URL', 'localhost')
    vi.stubEnv('STRIPE_SECRET_KEY', '')
    vi.stubEnv('PROFILE', 'cloud')
    expect(() => config.api()).toThrow(/DATABASE_URL: .*\n.*PROFILE: .*\n.*STRIPE_SECRET_KEY is missing/s)
  })

  test.each(Object.keys(good))('has no default for %s', (name) => {
    vi.stubEnv(name, undefined)
    expect(() => config.api()).toThrow(new RegExp(`${name}:? is missing`))
  })

  test('asks for the keys of every provider that is wanted', () => {
    vi.stubEnv('PAYMENT_PROVIDERS', 'stripe, paypal')
    vi.stubEnv('PAYPAL_ENVIRONMENT', 'sandbox')
    expect(() => config.api()).toThrow(/PAYPAL_CLIENT_ID is missing.*PAYPAL_CLIENT_SECRET is missing/s)
    vi.stubEnv('PAYPAL_CLIENT_ID', 'an id')
    vi.stubEnv('PAYPAL_CLIENT_SECRET', 'a secret')
    expect(config.api().PAYMENT_PROVIDERS).toEqual(['stripe', 'paypal'])
    vi.stubEnv('PAYPAL_WEBHOOK_ID', 'WEBHOOK_ID')
    expect(() => config.api()).toThrow(/PAYPAL_WEBHOOK_ID must be the id of your webhook/)
  })

  test('asks for what proves who tells us, where providers tell the core itself', () => {
    vi.stubEnv('PAYMENT_PROVIDERS', 'stripe,paypal')
    vi.stubEnv('PAYPAL_ENVIRONMENT', 'sandbox')
    vi.stubEnv('PAYPAL_CLIENT_ID', 'an id')
    vi.stubEnv('PAYPAL_CLIENT_SECRET', 'a secret')
    vi.stubEnv('PAYPAL_WEBHOOK_ID', '')
    expect(config.api().PROFILE).toBe('hybrid')
    vi.stubEnv('PROFILE', 'postgres_only')
    expect(() => config.api()).toThrow(/STRIPE_WEBHOOK_SECRET is missing.*PAYPAL_WEBHOOK_ID is missing/s)
    expect(config.worker().PAYMENT_PROVIDERS).toEqual(['stripe', 'paypal'])
    vi.stubEnv('STRIPE_WEBHOOK_SECRET', 'whsec_1')
    vi.stubEnv('PAYPAL_WEBHOOK_ID', '1JE4291016473214C')
    expect(config.api().PROFILE).toBe('postgres_only')
  })

  test.each([
    ['no JSON', 'x'],
    ['a private key', '{"keys":[{"kty":"OKP","crv":"Ed25519","x":"abc","d":"secret","kid":"1"}]}'],
    ['a shared secret', '{"keys":[{"kty":"oct","k":"secret","kid":"1"}]}'],
    ['a key without an id', '{"keys":[{"kty":"OKP","crv":"Ed25519","x":"abc"}]}'],
    ['no key', '{"keys":[]}'],
  ])('refuses %s as the functions’ keys, without repeating it', (_what, jwks) => {
    vi.stubEnv('FUNCTIONS_JWKS', jwks)
    expect(() => config.api()).toThrow(/FUNCTIONS_JWKS/)
    expect(() => config.api()).not.toThrow(/secret/)
  })

  test('of migrations names both logins at once, and refuses a password of the processes that is weak or missing', () => {
    vi.stubEnv('DATABASE_URL', undefined)
    expect(() => config.migrate()).toThrow(/DATABASE_URL: is missing\n.*APP_DATABASE_URL: is missing/)
    vi.stubEnv('DATABASE_URL', good.DATABASE_URL)
    for (const password of ['', ':short', `:${'%20'.repeat(16)}`]) {
      vi.stubEnv('APP_DATABASE_URL', `postgres://app${password}@127.0.0.1:5432/turnpike`)
      expect(() => config.migrate()).toThrow(/APP_DATABASE_URL: its password must have 16/)
    }
    vi.stubEnv('APP_DATABASE_URL', `postgres://app:${'x1'.repeat(8)}@127.0.0.1:5432/turnpike`)
    expect(config.migrate().DATABASE_URL).toBe(good.DATABASE_URL)
  })

  test('refuses emulators unless they are asked for, and always in production: their tokens are unsigned', () => {
    vi.stubEnv('FIREBASE_AUTH_EMULATOR_HOST', '127.0.0.1:9099')
    expect(() => config.api()).toThrow(/FIREBASE_AUTH_EMULATOR_HOST.*EMULATORS=true/)
    vi.stubEnv('EMULATORS', 'true')
    expect(config.api().FIREBASE_AUTH_EMULATOR_HOST).toBe('127.0.0.1:9099')
    vi.stubEnv('NODE_ENV', 'production')
    expect(() => config.api()).toThrow(/EMULATORS/)
  })
})
