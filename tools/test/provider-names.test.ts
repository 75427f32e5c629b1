import { expect, test } from 'vitest'
import { providerNameProblems } from '../provider-names.ts'
import { makeTree } from './tree.ts'

const places = [
  'contracts/src/provider-list.ts',
  'providers/src/stripe/verify.ts',
  'local/src/provider/stripe/stripe.ts',
  'api/test/money/refund.test.ts',
  'dashboard/src/api/schema.generated.ts',
  'api/src/db/migrations/0000_first.sql',
  'providers/README.md',
]

test('a provider is named in its folder, in the list, and in what stands in for it or tests it', async () => {
  const root = await makeTree({
    ...Object.fromEntries(places.map((place) => [place, "const name = 'stripe'\n"])),
    'api/src/services/end.ts': '/** Stripe closes it after a day. */\n// PayPal never does.\nexport const end = 1\n',
  })
  expect(await providerNameProblems(root, [...places, 'api/src/services/end.ts'], ['stripe', 'paypal'])).toEqual([])
})

test.each([
  ['api/src/db/schema.ts', "pgEnum('provider_name', ['stripe'])", 'stripe'],
  ['functions/src/receive.ts', 'if (name === paypalWebhook) return', 'paypal'],
  ['dashboard/pay/i18n/en.ts', "said: 'Pay with PayPal',", 'paypal'],
  ['docker-compose.yml', 'STRIPE_SECRET_KEY: sk_test_1', 'stripe'],
  ['providers/src/providers.ts', "import { stripe } from './stripe/settings.ts'", 'stripe'],
  ['providers/src/paypal/verify.ts', "if (name === 'stripe') throw name", 'stripe'],
])('a provider named in %s is found, with its line', async (file, line, name) => {
  const root = await makeTree({ [file]: `// one\n\n${line}\n` })
  const problems = await providerNameProblems(root, [file], ['stripe', 'paypal'])
  expect(problems).toEqual([expect.stringContaining(`${file}:3: ${name}: `)])
})

test('a name that the database would not take is found', async () => {
  expect(await providerNameProblems('', [], ['SumUp'])).toEqual([expect.stringContaining('SumUp: a name is of')])
})
