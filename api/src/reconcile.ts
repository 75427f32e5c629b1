import { config } from './config.ts'
import { openDatabase } from './db/client.ts'
import { newId } from './new-id.ts'
import { paymentProviders } from './payment-providers.ts'
import { fetchObjects } from './services/fetch-objects.ts'
import { reconcilePayments } from './services/reconcile-payments.ts'

/*
 * `npm run reconcile`: takes in what payment providers told and we never heard, asks for what can change as it is now, and prints what
 * that changed. Exit code 0: all is well now; 1: a provider could not be asked, or something that it told could not be taken in.
 */

const env = config.reconcile()
const database = openDatabase(env.DATABASE_URL, 'reconcile', () => {}, { connections: 2 })
const deps = { database, now: () => new Date(), newId, providers: paymentProviders(env) }
let mended = 0
let changed = 0
let failed = 0
const onError = (error: unknown) => {
  failed += 1
  console.error(`could not be put right: ${(error as Error).message}`)
}

await reconcilePayments(
  deps,
  ({ provider, eventId, eventType, result }) => {
    mended += 1
    console.log(`${provider}  ${eventId}  ${eventType}  ${result}`)
  },
  onError,
)
// What can change is fetched by the worker as it is due; here at once, so that the command tells the end.
const fetchMore = () =>
  fetchObjects(deps, onError, ({ provider, kind, objectId }) => {
    changed += 1
    console.log(`${provider}  ${objectId}  ${kind}  is not what we had`)
  })
while ((await fetchMore()) > 0 && failed === 0);
console.log(mended + changed === 0 ? 'Nothing was missing.' : `\n${mended} were missing, ${changed} had changed.`)
await database.close()
process.exit(failed === 0 ? 0 : 1)
