import { setTimeout as after } from 'node:timers/promises'
import type { Database } from '../db/client.ts'
import {
  forgetPushes,
  hasUnpushed,
  listDocumentsAt,
  listMirrored,
  mirrorKinds,
} from '../repositories/mirror-compare.ts'
import { type Difference, diffMirror } from './diff.ts'
import { shownSince } from './documents.ts'
import type { MirrorStore } from './firestore.ts'
import { createPush } from './push-documents.ts'
import { writeAnew } from './write-documents.ts'

const batch = 200
const pauseMs = 100
/** A write that was under way meanwhile may have been compared with what was taken away after it: once more, then. */
const rounds = 2

/**
 * Writes every document again, from the state, takes away from Firestore what does not belong there or cannot be written over, and
 * puts everything there again. Relays may run beside it. Returns what differs after all that: nothing, or what is stuck.
 */
export async function rebuildMirror(
  database: Database,
  store: MirrorStore | null,
  now: () => Date,
  tell: (step: string) => void,
  settleMs?: number,
): Promise<Difference[]> {
  for (let round = 1; ; round++) {
    tell('writing the documents in Postgres')
    await writeEverything(database, now)
    if (store !== null) {
      tell('taking away what does not belong into Firestore')
      await takeAwayForeign(database, store, now)
      await forgetPushes(database.db, now())
      tell('putting the documents into Firestore')
      const push = createPush(database, store, now)
      while (await hasUnpushed(database.db)) {
        const { pushed, failed, unanswered } = await push(batch)
        if (unanswered.length > 0) throw new Error('Firestore does not answer', { cause: unanswered[0]!.error })
        if (pushed + failed.length === 0) await after(pauseMs)
      }
    }
    tell('comparing')
    const differences = await diffMirror({ database, store, now }, settleMs)
    if (differences.length === 0 || round === rounds) return differences
  }
}

async function writeEverything(database: Database, now: () => Date): Promise<void> {
  for (const kind of mirrorKinds)
    for (let after: string | null = null; ; ) {
      const asked = { since: shownSince(now()), now: now(), after, limit: batch }
      const ids = await listMirrored(database.db, kind, asked)
      if (ids.length === 0) break
      await writeAnew(database, kind, ids, now())
      after = ids.at(-1)!
    }
}

/** Removes what no document is for, and what claims a version that the sink would take for newer than ours. */
async function takeAwayForeign(database: Database, store: MirrorStore, now: () => Date): Promise<void> {
  for await (const page of store.pages()) {
    const paths = page.map(({ path }) => path)
    // After the page: what a relay has put there is in Postgres before.
    const ours = await listDocumentsAt(database.db, paths, now())
    for (const { path, data, remove } of page) {
      const our = ours.get(path)
      const isOld = typeof data.v === 'number' && our !== undefined && data.v < our.version
      const isGone = data.gone === true && (our === undefined || our.data === null)
      if (!isGone && (our === undefined || our.data === null || !isOld)) await remove()
    }
  }
}
