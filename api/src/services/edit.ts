import type { Role } from '@turnpike/contracts/operator.ts'
import type { Db, Tx } from '../db/client.ts'
import type { View } from '../domain/items.ts'
import { Refusal } from '../errors.ts'
import { type Audit, change, type Mark } from '../repositories/change.ts'
import { actorOf, type Caller, type Operator, requireSites, viewOf } from './access.ts'
import type { Deps } from './deps.ts'

type Versioned = { id: string; version: number }

/** What all changes of one kind of thing have in common. */
export type Subject<Row extends Versioned> = {
  /** As the audit trail calls it. */
  kind: string
  find: (db: Db, id: string) => Promise<Row | undefined>
  /** Finds it and keeps it locked until the transaction ends. */
  lock: (tx: Tx, id: string) => Promise<Row | undefined>
  /** The sites it concerns. */
  siteIds: (row: Row) => string[] | 'all'
  /** What the audit trail shows of it: no plate text and no key. */
  shown: (row: Row) => Record<string, unknown>
  /** What is recorded to have changed, but not from what to what: names of people outside the house. */
  withheld?: readonly string[]
}

/** Which documents of the mirror a change makes stale. */
type Marks = Promise<readonly Mark[]>

/** A thing that the caller may look at. */
export async function show<Row>(
  deps: Deps,
  { operator }: Caller,
  subject: {
    kind: string
    find: (db: Db, id: string) => Promise<Row | undefined>
    siteIds: (row: Row) => string[] | 'all'
  },
  id: string,
): Promise<Row> {
  const row = await subject.find(deps.database.db, id)
  if (row === undefined) throw gone(subject)
  requireSites(operator, subject.siteIds(row), 'viewer')
  return row
}

/** Makes a thing and records it. `insert` writes it under `id`; what is answered and recorded is what was stored. */
export async function create<Row extends Versioned>(
  deps: Deps,
  caller: Caller,
  subject: Subject<Row>,
  work: { reason: string | undefined; insert: (tx: Tx, id: string, now: Date) => Marks },
): Promise<Row> {
  const now = deps.now()
  const id = deps.newId()
  return change(deps.database.db, actorOf(caller), now, async (tx) => {
    const marks = await work.insert(tx, id, now)
    const row = (await subject.lock(tx, id))!
    const entry = record(subject, row, 'created', {}, shownOf(subject, row), work.reason)
    return { result: row, audit: [entry], marks }
  })
}

/**
 * Changes a thing that somebody has looked at: refuses when it is gone, not his, or no longer of the version he `saw`. Two who
 * saw the same version take turns on its lock, and the second is told. What changed is recorded, before and after.
 */
export async function edit<Row extends Versioned>(
  deps: Deps,
  caller: Caller,
  subject: Subject<Row>,
  work: {
    id: string
    /** The version of If-Match; undefined where the change is one that cannot be stale. */
    saw: number | undefined
    action: string
    reason?: string | undefined
    /** What the caller needs to be at the thing's sites. */
    role: Role
    /** What the record says beside what differs of the thing itself. */
    after?: Record<string, unknown>
    apply: (tx: Tx, row: Row, now: Date) => Marks
  },
): Promise<Row> {
  const now = deps.now()
  return change(deps.database.db, actorOf(caller), now, async (tx) => {
    const before = await subject.lock(tx, work.id)
    if (before === undefined) throw gone(subject)
    requireSites(caller.operator, subject.siteIds(before), work.role)
    if (work.saw !== undefined && work.saw !== before.version)
      throw new Refusal(
        'precondition_failed',
        `This ${subject.kind} is at version ${before.version} now. Look at it again, then repeat your change.`,
      )
    const marks = await work.apply(tx, before, now)
    const after = (await subject.lock(tx, work.id))!
    const entry = record(
      subject,
      after,
      work.action,
      shownOf(subject, before),
      { ...shownOf(subject, after), ...work.after },
      work.reason,
    )
    return { result: after, audit: [entry], marks }
  })
}

/** What is asked for may say why: that goes to the record, the rest to `apply` or `insert`. */
type Reasoned = { changeReason?: string | undefined }
type Context = { deps: Deps; operator: Operator; now: Date }

/**
 * The use case that changes one kind of thing: asked with what to change it to, from the version that was seen, it answers how the
 * thing is then. `role` is what it takes at the thing's sites; `apply` has it locked, of that version and his.
 */
export function changing<Row extends Versioned, Item, Wanted extends Reasoned>(
  subject: Subject<Row>,
  toItem: (row: Row, view: View) => Item,
  role: Role,
  action: string,
  apply: (tx: Tx, before: Row, set: Wanted, context: Context) => Marks,
) {
  return async (deps: Deps, caller: Caller, id: string, saw: number, wanted: Wanted): Promise<Item> => {
    const { changeReason, ...set } = wanted
    const { operator } = caller
    const row = await edit(deps, caller, subject, {
      id,
      saw,
      role,
      action,
      reason: changeReason,
      apply: (tx, before, now) => apply(tx, before, set as Wanted, { deps, operator, now }),
    })
    return toItem(row, viewOf(operator, deps.now()))
  }
}

/** The same for an end: there is nothing to say about it but why. */
export function ending<Row extends Versioned, Item>(
  subject: Subject<Row>,
  toItem: (row: Row, view: View) => Item,
  role: Role,
  action: string,
  apply: (tx: Tx, before: Row, now: Date) => Marks,
) {
  const end = changing(subject, toItem, role, action, (tx, before, _set, { now }) => apply(tx, before, now))
  return (deps: Deps, caller: Caller, id: string, saw: number, reason: string | undefined): Promise<Item> =>
    end(deps, caller, id, saw, { changeReason: reason })
}

/** The use case that makes one kind of thing; `insert` sees to it that whoever asks may, and writes it under `id`. */
export function making<Row extends Versioned, Item, Wanted extends Reasoned>(
  subject: Subject<Row>,
  toItem: (row: Row, view: View) => Item,
  insert: (tx: Tx, id: string, wanted: Wanted, context: Context) => Marks,
) {
  return async (deps: Deps, caller: Caller, wanted: Wanted): Promise<Item> => {
    const { changeReason, ...set } = wanted
    const { operator } = caller
    const row = await create(deps, caller, subject, {
      reason: changeReason,
      insert: (tx, id, now) => insert(tx, id, set as Wanted, { deps, operator, now }),
    })
    return toItem(row, viewOf(operator, deps.now()))
  }
}

function shownOf<Row extends Versioned>(subject: Subject<Row>, row: Row): Record<string, unknown> {
  return JSON.parse(JSON.stringify(subject.shown(row)))
}

/** An entry with the fields that differ only. */
function record<Row extends Versioned>(
  subject: Subject<Row>,
  row: Row,
  action: string,
  before: Record<string, unknown>,
  after: Record<string, unknown>,
  reason: string | undefined,
): Audit {
  const differing = Object.keys(after).filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
  const pick = (from: Record<string, unknown>) =>
    Object.fromEntries(
      differing
        .filter((key) => key in from)
        .map((key) => [key, subject.withheld?.includes(key) ? '(not recorded)' : from[key]]),
    )
  const siteIds = subject.siteIds(row)
  return {
    action: `${subject.kind}.${action}`,
    siteId: siteIds !== 'all' && siteIds.length === 1 ? siteIds[0]! : null,
    subjectKind: subject.kind,
    subjectId: row.id,
    ...(Object.keys(before).length > 0 ? { before: pick(before) } : {}),
    after: pick(after),
    ...(reason === undefined ? {} : { reason }),
  }
}

function gone({ kind }: { kind: string }): Refusal {
  return new Refusal('not_found', `There is no such ${kind.replaceAll('_', ' ')}.`)
}
