import type { JournalEntry, JournalRecord } from '@turnpike/contracts/journal.ts'
import { toPlate } from '../domain/plate.ts'
import { Refusal } from '../errors.ts'
import { insertJournalEntries } from '../repositories/brought-in.ts'
import { change } from '../repositories/change.ts'
import type { Deps, Happening } from './deps.ts'
import { bringInAtOnce } from './fallback/bring-in-at-once.ts'
import { bringInDecision, bringInRead } from './fallback/bring-in-decision.ts'
import { isRefusedByPostgres } from './fallback/outage.ts'
import { fewAtOnce } from './few-at-once.ts'

type Needs = Pick<Deps, 'database' | 'now' | 'newId' | 'journal'>

/** The use cases that store what controllers report, handed in: a use case needs no other. */
export type ReportTakers = {
  [Kind in 'passage' | 'command_result']: (record: Extract<JournalRecord, { kind: Kind }>) => Promise<void>
}

/** A record that Postgres refuses is not mended by trying: it is tried again so that it is not forgotten when it is mended. */
const refusedAgainAfterMs = 60_000

/**
 * Of the connections. With more, what was decided before holds up what is decided now, which then has to be brought in as well: after a
 * second without Postgres at seven tenths of what it takes, half of the next 24 s was decided by policy, instead of a sixth.
 */
const connectionsShare = 1 / 6

/** Of one site in one turn: a read that waits for its own gate takes the next one. */
const entriesATurn = 20

/** A report about something that nobody knows, a day later, never was about anything. */
const reportWaitsMs = 24 * 60 * 60_000

/**
 * Writes what was decided and reported without Postgres into it, oldest first, and takes it out of the journal. Each record is
 * safe to bring in twice, so that a process may die at any step, and another may do the same at once. A record that cannot be
 * stored is reported, set aside and tried again a minute later; it holds up neither the others nor the reads at its gate.
 * `stopping`: the process ends, and whoever finds the folder goes on.
 */
export function createBringIn(
  deps: Needs,
  takers: ReportTakers,
  onError: (error: unknown) => void,
  stopping: AbortSignal,
): Pick<Deps, 'bringIn' | 'waitsBefore'> {
  const atOnce = fewAtOnce(() => Math.ceil(deps.database.pool.options.max * connectionsShare))
  const turns = new Map<string, Promise<unknown>>()
  /** Until when. */
  const setAside = new Map<string, number>()

  /** One at a time at a site: the order in which things happened is kept. */
  function takeTurn(siteId: string, wanted: (due: JournalEntry[]) => JournalEntry[]): Promise<number> {
    const before: Promise<unknown> = turns.get(siteId) ?? Promise.resolve()
    const mine = before.then(() => atOnce.run(() => bringInSome(wanted(dueAt(siteId)))))
    turns.set(
      siteId,
      mine.catch(() => {}),
    )
    return mine
  }

  function dueAt(siteId: string): JournalEntry[] {
    return [...deps.journal.heldAt(siteId)].filter(isDue).sort(inOrder)
  }

  /** Says how many it tried. */
  async function bringInSome(entries: JournalEntry[]): Promise<number> {
    const done: JournalEntry[] = []
    try {
      for (const entry of entries) {
        if (stopping.aborted) return 0
        if (await isToSettle(entry)) done.push(entry)
      }
      return entries.length
    } finally {
      await settle(done)
    }
  }

  function isDue(entry: JournalEntry): boolean {
    return setAside.size === 0 || (setAside.get(keyOf(entry)) ?? 0) <= deps.now().getTime()
  }

  /** Brings it in, and says whether it is still to be written down that it is. Throws where Postgres is away: then no other can be. */
  async function isToSettle(entry: JournalEntry): Promise<boolean> {
    const { record } = entry
    try {
      if (record.kind === 'decision') {
        if (await bringInAtOnce(deps, entry, record)) {
          await forget(entry)
          return false
        }
        await bringInDecision(deps, record)
      } else if (record.kind === 'read') await bringInRead(deps, record)
      else if (record.kind === 'passage') await takers.passage(record)
      else await takers.command_result(record)
      return true
    } catch (error) {
      if (isReport(record) && error instanceof Refusal) {
        // Something else was told first, and that counts.
        if (error.code === 'conflict') return true
        if (deps.now().getTime() - Date.parse(record.at) > reportWaitsMs) return true
      } else if (!(error instanceof Refusal) && !isRefusedByPostgres(error)) throw error
      setAside.set(keyOf(entry), deps.now().getTime() + refusedAgainAfterMs)
      onError(error)
      return false
    }
  }

  async function settle(done: JournalEntry[]) {
    if (done.length === 0) return
    const now = deps.now()
    const actor = { kind: 'system', id: 'fallback', requestId: null } as const
    await change(deps.database.db, actor, now, async (tx) => {
      await insertJournalEntries(
        tx,
        done.map(({ deviceId, sequence, record: { kind, gateId } }) => ({
          deviceId,
          sequence,
          kind,
          gateId,
          broughtInAt: now,
        })),
      )
      const after = { entries: done.length }
      const entry = { action: 'journal.brought_in', siteId: null, subjectKind: 'system', subjectId: 'fallback', after }
      return { result: undefined, audit: [entry], marks: [] }
    })
    for (const entry of done) await forget(entry)
  }

  async function forget(entry: JournalEntry) {
    await deps.journal.remove(entry)
    setAside.delete(keyOf(entry))
  }

  return {
    async bringIn(next) {
      if (next !== undefined) {
        await takeTurn(next.siteId, (due) => comesBefore(next, due))
        return
      }
      await deps.journal.look()
      await Promise.all(
        deps.journal.sites().map(async (site) => {
          while ((await takeTurn(site, (due) => due.slice(0, entriesATurn))) > 0);
        }),
      )
    },
    waitsBefore(next) {
      for (const entry of deps.journal.heldAt(next.siteId)) if (isDue(entry) && isOf(next, entry)) return true
      return false
    },
  }
}

function inOrder(a: JournalEntry, b: JournalEntry): number {
  return compare(a.record.at, b.record.at) || compare(a.deviceId, b.deviceId) || a.sequence - b.sequence
}

/** By their characters, as ISO times are in order by them, and many times faster than by a language's rules. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

const skeletons = new WeakMap<JournalEntry, string | undefined>()

function skeletonOf(entry: JournalEntry): string | undefined {
  if (!skeletons.has(entry))
    skeletons.set(entry, 'read' in entry.record ? toPlate(entry.record.read.plateRaw)?.skeleton : undefined)
  return skeletons.get(entry)
}

function isOf({ gateId, plate }: Happening, entry: JournalEntry): boolean {
  return entry.record.gateId === gateId || (plate !== undefined && skeletonOf(entry) === plate.skeleton)
}

/**
 * What of `entries` must be in Postgres before `next` is decided: all of its gate and of its vehicle, and of every vehicle and gate
 * that these speak of, as an exit follows from an entry at another gate.
 */
function comesBefore(next: Happening, entries: JournalEntry[]): JournalEntry[] {
  const gates = new Set([next.gateId])
  const vehicles = new Set([next.plate?.skeleton])
  vehicles.delete(undefined)
  const before = new Set<JournalEntry>()
  for (let found = -1; found !== before.size; ) {
    found = before.size
    for (const entry of entries) {
      const vehicle = skeletonOf(entry)
      if (before.has(entry) || !(gates.has(entry.record.gateId) || (vehicle !== undefined && vehicles.has(vehicle))))
        continue
      before.add(entry)
      gates.add(entry.record.gateId)
      if (vehicle !== undefined) vehicles.add(vehicle)
    }
  }
  return entries.filter((entry) => before.has(entry))
}

const keyOf = ({ deviceId, sequence }: JournalEntry) => `${deviceId} ${sequence}`

function isReport(record: JournalRecord): boolean {
  return record.kind === 'passage' || record.kind === 'command_result'
}
