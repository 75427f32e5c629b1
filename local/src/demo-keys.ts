import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { cameras, gates, operators } from './demo-data.ts'
import { newTestChain, type TestChain } from './provider/paypal/test-chain.ts'

/** The secrets of one machine's demo, in plain text. The core stores only hashes of device keys. */
export type DemoKeys = {
  /** By camera id and gate id. */
  cameras: Record<string, string>
  gates: Record<string, string>
  /** Passwords by e-mail address. */
  operators: Record<string, string>
  /** As whom the core's processes log in to Postgres. Its own name, because a server that DATABASE_URL gives may have other stacks. */
  databaseLogin: { user: string; password: string }
  stripeSecretKey: string
  stripeWebhookSecret: string
  paypalClient: { id: string; secret: string }
  paypalWebhookId: string
  /** What the stand-in for PayPal signs with. The core and the function are told to trust its root, from the stand-in's address alone. */
  paypalChain: TestChain
  /** Private JWK (Ed25519) with which the function signs what it forwards. */
  forwardKey: { kid: string; alg: string; [member: string]: unknown }
}

/** Reads the keys of this folder's demo, making what is missing. The file is readable by its owner only. */
export function demoKeys(file: string): DemoKeys {
  const stored: Partial<DemoKeys> = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  const keys: DemoKeys = {
    cameras: withAll(
      cameras.map(({ id }) => id),
      stored.cameras,
    ),
    gates: withAll(
      gates.map(({ id }) => id),
      stored.gates,
    ),
    operators: { ...Object.fromEntries(operators.map(({ email }) => [email, password()])), ...stored.operators },
    databaseLogin: stored.databaseLogin ?? {
      user: `turnpike_demo_${randomBytes(4).toString('hex')}`,
      password: randomBytes(24).toString('hex'),
    },
    stripeSecretKey: stored.stripeSecretKey ?? `sk_test_${randomBytes(24).toString('hex')}`,
    stripeWebhookSecret: stored.stripeWebhookSecret ?? `whsec_${randomBytes(24).toString('hex')}`,
    paypalClient: stored.paypalClient ?? {
      id: `client-${randomBytes(12).toString('hex')}`,
      secret: randomBytes(24).toString('hex'),
    },
    paypalWebhookId: stored.paypalWebhookId ?? randomBytes(8).toString('hex').toUpperCase(),
    paypalChain: stored.paypalChain ?? newTestChain(new Date()),
    forwardKey: stored.forwardKey ?? newForwardKey(),
  }
  mkdirSync(dirname(file), { recursive: true, mode: 0o755 })
  writeFileSync(file, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 })
  return keys
}

/** What the core may know of the forwarding key. */
export function publicKeySet({ forwardKey }: DemoKeys): { keys: object[] } {
  const { d: _private, ...publicKey } = forwardKey
  return { keys: [publicKey] }
}

const withAll = (ids: string[], stored: Record<string, string> = {}) =>
  Object.fromEntries(ids.map((id) => [id, stored[id] ?? randomBytes(32).toString('base64url')]))

const password = () => randomBytes(9).toString('base64url')

function newForwardKey(): DemoKeys['forwardKey'] {
  const { privateKey } = generateKeyPairSync('ed25519')
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg: 'EdDSA' }
}
