import { setTimeout as after } from 'node:timers/promises'
import type { Database } from '../db/client.ts'
import {
  listDocumentsAt,
  listDocumentsOf,
  listMirrored,
  listShownPaths,
  mirrorKinds,
} from '../repositories/mirror-compare.ts'
import type { MirrorKind } from '../repositories/mirror-marks.ts'
import { inTransaction } from '../repositories/transaction.ts'
import { buildDocuments, shownSince } from './documents.ts'
import type { MirrorStore } from './firestore.ts'
import { differingFields, staleFields } from './same-document.ts'

/** Where a document is not as it should be: `documents` are Postgres' own, against the state; `firestore` is against those. */
export type Difference = { where: 'documents' | 'firestore'; path: string; what: string }

const batch = 500
const looksEveryMs = 400

type Where = { database: Database; store: MirrorStore | null; now: () => Date }

/**
 * Everything that differs between the state in Postgres, its documents there and Firestore, and does so all the time for `settleMs`:
 * what a relay has on its way just now is no difference. Names fields, never what is in them. `store` is null where Firestore is
 * not used.
 */
export async function diffMirror(where: Where, settleMs = 4_000): Promise<Difference[]> {
  const startedAt = performance.now()
  let lasting = await lookOnce(where)
  while (lasting.length > 0 && performance.now() - startedAt < settleMs) {
    await after(looksEveryMs)
    const again = new Set((await lookOnce(where)).map(nameOf))
    lasting = lasting.filter((difference) => again.has(nameOf(difference)))
  }
  return lasting
}

const nameOf = ({ where, path }: Difference) => `${where} ${path}`

async function lookOnce({ database, store, now }: Where): Promise<Difference[]> {
  const found: Difference[] = []
  for (const kind of mirrorKinds) await compareKind(database, kind, now(), found)
  if (store !== null) await compareStore(database, store, now(), found)
  return found
}

async function compareKind(database: Database, kind: MirrorKind, now: Date, found: Difference[]): Promise<void> {
  const since = shownSince(now)
  for (let after: string | null = null; ; ) {
    const ids = await listMirrored(database.db, kind, { since, now, after, limit: batch })
    if (ids.length === 0) return
    const subjects = ids.map((subjectId) => ({ kind, subjectId }))
    const [built, stored] = await inTransaction(database.db, async (tx) => {
      const documents = await listDocumentsOf(tx, kind, ids, now)
      return [await buildDocuments(tx, subjects, now), documents] as const
    })
    const storedOf = new Map(stored.map((document) => [document.subjectId, document]))
    const builtOf = new Map(built.map((document) => [document.subjectId, document]))
    for (const subjectId of ids) {
      const [is, should] = [storedOf.get(subjectId), builtOf.get(subjectId)]
      const isThere = is !== undefined && is.data !== null
      if (should !== undefined && !isThere) found.push(documents(should.path, 'is missing'))
      else if (should === undefined && isThere) found.push(documents(is.path, 'is of something that is gone'))
      else if (should !== undefined && isThere) {
        if (is.path !== should.path) found.push(documents(should.path, `is at ${is.path}`))
        const fields = staleFields(is.data!, should.data)
        if (fields.length > 0) found.push(documents(should.path, `is not the state: ${fields.join(', ')}`))
      }
    }
    after = ids.at(-1)!
  }
}

async function compareStore(database: Database, store: MirrorStore, now: Date, found: Difference[]): Promise<void> {
  const seen = new Set<string>()
  for await (const page of store.pages()) {
    // After the page: what a relay has put there is in Postgres before.
    const shouldOf = await listDocumentsAt(
      database.db,
      page.map(({ path }) => path),
      now,
    )
    for (const { path, data } of page) {
      seen.add(path)
      const should = shouldOf.get(path)
      if (should === undefined || should.data === null) {
        if (data.gone !== true && !hasExpired(data, now)) found.push(firestore(path, 'is left over'))
      } else if (should.isShown) {
        const fields = differingFields(data, should.data)
        if (fields.length > 0) found.push(firestore(path, `is not the document: ${fields.join(', ')}`))
      }
    }
  }
  for (let after = ''; ; ) {
    const paths = await listShownPaths(database.db, now, after, batch)
    if (paths.length === 0) return
    for (const path of paths) if (!seen.has(path)) found.push(firestore(path, 'is missing'))
    after = paths.at(-1)!
  }
}

const documents = (path: string, what: string): Difference => ({ where: 'documents', path, what })
const firestore = (path: string, what: string): Difference => ({ where: 'firestore', path, what })

type Fields = Record<string, unknown>

function hasExpired({ expireAt }: Fields, now: Date): boolean {
  return typeof expireAt === 'string' && new Date(expireAt) <= now
}
