import { rm } from 'node:fs/promises'
import { localFolder } from './local-folder.ts'
import { stopLeftover } from './postgres.ts'
import { runningStart } from './start-lock.ts'

/* `npm run reset`: the next start begins with an empty database and new keys. */

const pid = await runningStart(localFolder.lock)
if (pid !== undefined) {
  console.error(`\nTurnpike is running (process ${pid}): stop it with Ctrl-C in its terminal, then reset.\n`)
  process.exit(1)
}
await stopLeftover(localFolder.postgres)
// Only what a start puts there: TURNPIKE_LOCAL_DIR may name a folder that holds other things too.
for (const ours of Object.values(localFolder).filter((path) => path !== localFolder.path))
  await rm(ours, { recursive: true, force: true })
console.log(`Cleared the local stack in ${localFolder.path}. A database that DATABASE_URL names was not touched.`)
