import { config } from './config.ts'
import { openDatabase } from './db/client.ts'
import { diffMirror } from './mirror/diff.ts'
import { openFirestore } from './mirror/firestore.ts'

/*
 * `npm run mirror:diff`: says what differs between the state in Postgres, the documents there and Firestore. Exit code 0: nothing; 1:
 * something; 3: nobody could be asked.
 */

const differences = await look().catch((error: Error) => leave(3, error.message))
for (const { where, path, what } of differences)
  console.log(`${where === 'firestore' ? 'Firestore' : 'Postgres '}  ${path}  ${what}`)
console.log(differences.length === 0 ? 'The mirror is what Postgres says.' : `\n${differences.length} differ.`)
process.exit(differences.length === 0 ? 0 : 1)

async function look() {
  const env = config.relay()
  const database = openDatabase(env.DATABASE_URL, 'mirror-diff', () => {}, { connections: 2 })
  const store = env.PROFILE === 'hybrid' ? openFirestore(env.FIREBASE_PROJECT_ID) : null
  return diffMirror({ database, store, now: () => new Date() }).finally(() => database.close())
}

function leave(code: number, message: string): never {
  console.error(message)
  process.exit(code)
}
