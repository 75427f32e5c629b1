import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate, setTimeout } from 'node:timers/promises'
import type pg from 'pg'

/** Waits; `statement` counts the statements of one operation from 0. */
type Callback = (error: unknown, result?: unknown) => void
type Delay = (statement: number) => Promise<void>
const delays = new AsyncLocalStorage<{ before: Delay; after: Delay; statements: number }>()

/**
 * Runs an operation over a network as slow as the seed says: each of its statements is sent late and its answer heard late, by
 * nothing, a few turns of the event loop or a few milliseconds. `lateMs` holds the second statement back, the write of a decision.
 */
export function overSlowConnections<T>(seed: number, lateMs: number, work: () => Promise<T>): Promise<T> {
  const next = chance(seed)
  const wait = async () => {
    const drawn = next()
    if (drawn < 0.4) return
    if (drawn < 0.75) for (let turns = next() * 5; turns > 0; turns -= 1) await setImmediate()
    else await setTimeout(1 + next() * 4)
  }
  const before = (statement: number) => (statement === 1 && lateMs > 0 ? setTimeout(lateMs) : wait())
  return delays.run({ before, after: wait, statements: 0 }, work)
}

/** Makes the connections of this pool as slow as the operation that uses them asks for. `onError` hears what Postgres refuses. */
export function slowDown(pool: pg.Pool, onError: (error: { code?: string; detail?: string }) => void) {
  pool.on('connect', (client) => {
    const send = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>
    const slowly = (...args: unknown[]) => {
      const operation = delays.getStore()
      if (operation === undefined) return send(...args)
      const callback = typeof args.at(-1) === 'function' ? (args.pop() as Callback) : undefined
      const statement = operation.statements++
      const answered = operation
        .before(statement)
        .then(() => send(...args))
        .finally(() => operation.after(statement))
      answered.catch(onError)
      if (callback === undefined) return answered
      answered.then(
        (result) => callback(undefined, result),
        (error) => callback(error),
      )
    }
    Object.assign(client, { query: slowly })
  })
}

/** Numbers from 0 to 1 that look like chance and are the same for the same seed: mulberry32. */
function chance(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
