import { config } from './config.ts'
import { openDatabase } from './db/client.ts'
import { openFirestore } from './mirror/firestore.ts'
import { rebuildMirror } from './mirror/rebuild.ts'

/*
 * `npm run mirror:rebuild`: writes every document again and puts it into Firestore, also where that was emptied or changed by hand.
 * Exit code 0: the mirror is what Postgres says; 1: something differs still; 3: it could not be done.
 */

const differences = await rebuild().catch((error: Error) => leave(3, error.message))
for (const { path, what } of differences) console.log(`${path}  ${what}`)
console.log(
  differences.length === 0
    ? 'The mirror is rebuilt.'
    : `\n${differences.length} differ still: the log of the relay says which cannot be built or are refused.`,
)
process.exit(differences.length === 0 ? 0 : 1)

async function rebuild() {
  const env = config.relay()
  const database = openDatabase(env.DATABASE_URL, 'mirror-rebuild', () => {}, { connections: 4 })
  const store = env.PROFILE === 'hybrid' ? openFirestore(env.FIREBASE_PROJECT_ID) : null
  const tell = (step: string) => console.log(`${step} …`)
  return rebuildMirror(database, store, () => new Date(), tell).finally(() => database.close())
}

function leave(code: number, message: string): never {
  console.error(message)
  process.exit(code)
}
