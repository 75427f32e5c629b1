import { parseArgs } from 'node:util'
import { z } from 'zod'
import { config } from './config.ts'
import { openDatabase } from './db/client.ts'
import { newId } from './new-id.ts'
import { firebaseAccounts } from './plugins/firebase-accounts.ts'
import { addFirstAdmin } from './services/add-first-admin.ts'

/*
 * `npm run operator:first -- --email ada@parking.example --name "Ada Admin"`: makes the first admin of a deployment and prints the link
 * that sets his password. Exit code 0: done; 1: there is an admin; 2: not asked rightly; 3: it could not be done.
 */

const { email, name } = readArguments()
const env = orLeave(3, () => config.accounts())
const database = openDatabase(env.DATABASE_URL, 'operator-first', () => {}, { connections: 1 })
const deps = { database, accounts: firebaseAccounts(env.FIREBASE_PROJECT_ID), now: () => new Date(), newId }
try {
  const { invitationUrl } = await addFirstAdmin(deps, { email, name })
  console.log(
    `${email} is an admin. This link sets the password, once; hand it to nobody else:\n\n  ${invitationUrl}\n`,
  )
  process.exit(0)
} catch (error) {
  leave((error as { code?: string }).code === 'conflict' ? 1 : 3, (error as Error).message)
}

function readArguments() {
  const options = { email: { type: 'string' }, name: { type: 'string' } } as const
  const person = z.object({ email: z.email().max(254).toLowerCase(), name: z.string().trim().min(1).max(100) })
  const usage = 'npm run operator:first -- --email ada@parking.example --name "Ada Admin"'
  return orLeave(2, () => person.parse(parseArgs({ options }).values), usage)
}

function orLeave<T>(code: number, work: () => T, message?: string): T {
  try {
    return work()
  } catch (error) {
    return leave(code, message ?? (error as Error).message)
  }
}

function leave(code: number, message: string): never {
  console.error(message)
  process.exit(code)
}
