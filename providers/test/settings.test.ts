import { providerName } from '@turnpike/contracts/payment-event.ts'
import { describe, expect, test } from 'vitest'
import { SettingsInvalid } from '../src/errors.ts'
import { providers } from '../src/providers.ts'
import type { Settings } from '../src/settings.ts'
import { certificate } from './test-certificates.ts'

const complete: Settings = {
  STRIPE_WEBHOOK_SECRET: 'whsec_1\n',
  STRIPE_SECRET_KEY: 'sk_test_1',
  PAYPAL_ENVIRONMENT: 'sandbox',
  PAYPAL_WEBHOOK_ID: '1JE4291016473214C',
  PAYPAL_CLIENT_ID: 'id-1',
  PAYPAL_CLIENT_SECRET: 'secret-1',
}

function refusal(open: () => unknown): string {
  try {
    open()
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsInvalid)
    return (error as Error).message
  }
  return 'opened'
}

describe.each(providerName.options)('%s', (name) => {
  test.each(['webhook', 'provider'] as const)(
    'its %s opens with what it asks for, and says which provider it is',
    (side) => {
      const { secrets, values, open } = providers[name][side]
      const asked = Object.fromEntries([...secrets, ...values].map((setting) => [setting, complete[setting]]))
      expect(open(asked).provider).toBe(name)
    },
  )

  test.each(['webhook', 'provider'] as const)(
    'its %s names all that is missing at once, and nothing is a default',
    (side) => {
      const { secrets, open } = providers[name][side]
      const message = refusal(() => open({}))
      for (const secret of secrets) expect(message).toContain(`${secret} is missing`)
      expect(refusal(() => open(Object.fromEntries(secrets.map((secret) => [secret, ' \n']))))).toBe(message)
    },
  )
})

describe('PayPal', () => {
  const { webhook, provider } = providers.paypal
  const rootPem = certificate({ isAuthority: true }).pem
  test.each<[string, Settings, string]>([
    ['an environment that is none', { PAYPAL_ENVIRONMENT: 'test' }, 'PAYPAL_ENVIRONMENT'],
    ['the id of the simulator', { PAYPAL_WEBHOOK_ID: 'WEBHOOK_ID' }, 'PAYPAL_WEBHOOK_ID'],
    ['a root of a stand-in alone', { PAYPAL_TEST_ROOT_PEM: rootPem }, 'one address'],
    ['the address of a stand-in alone', { PAYPAL_TEST_ORIGIN: 'http://127.0.0.1:1' }, 'no certificate'],
    [
      'a stand-in beside live money',
      { PAYPAL_ENVIRONMENT: 'live', PAYPAL_TEST_ORIGIN: 'http://127.0.0.1:1', PAYPAL_TEST_ROOT_PEM: rootPem },
      'live money',
    ],
  ])('listens not with %s', (_, wrong, message) => {
    expect(refusal(() => webhook.open({ ...complete, ...wrong }))).toContain(message)
  })
  test('listens with a stand-in whose certificate is on one line, as an environment holds it', () => {
    const test = { PAYPAL_TEST_ORIGIN: 'http://127.0.0.1:1', PAYPAL_TEST_ROOT_PEM: rootPem.replaceAll('\n', '\\n') }
    expect(webhook.open({ ...complete, ...test }).provider).toBe('paypal')
  })
  test('pays live money to nobody else', () => {
    const elsewhere = { PAYPAL_ENVIRONMENT: 'live', PAYPAL_API_URL: 'http://127.0.0.1:1' }
    expect(refusal(() => provider.open({ ...complete, ...elsewhere }))).toContain('live money')
  })
})
