import { setTimeout as after } from 'node:timers/promises'
import type { DocumentReference, Firestore, WriteResult } from 'firebase-admin/firestore'

/** Numbers from 0 to below 1, the same ones for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** What the mirror uses of a document in Firestore. */
type Reference = Pick<DocumentReference, 'get' | 'create' | 'update'>

/** What Firestore took, in the order of its own clock. */
type Taken = { path: string; version: number; at: bigint }

/** gRPC's codes of what Firestore answers when it cannot. */
const unavailable = 14
const aborted = 10
const deadlineExceeded = 4

/**
 * A real Firestore behind a bad network, one in three of whose requests goes wrong: not sent, refused as a collision, taken and not
 * answered, taken long after it was given up, or slow, so that requests overtake each other. `step` is called before and after each
 * request, and may throw: whoever asked is dead then, and what it has sent arrives all the same.
 */
export function faultyFirestore(firestore: Firestore, random: () => number) {
  const taken: Taken[] = []
  const underWay = new Set<Promise<unknown>>()
  const counts = { unsent: 0, aborted: 0, unanswered: 0, late: 0, slow: 0 }
  let faulty = true

  async function send(path: string, version: number, request: () => Promise<WriteResult>): Promise<WriteResult> {
    const sent = request().then((result) => {
      const { seconds, nanoseconds } = result.writeTime
      taken.push({ path, version, at: BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds) })
      return result
    })
    const settled = sent.catch(() => {}).finally(() => underWay.delete(settled))
    underWay.add(settled)
    return sent
  }

  async function write(path: string, version: number, request: () => Promise<WriteResult>): Promise<WriteResult> {
    const luck = faulty ? random() : 1
    if (luck < 0.07) throw failure('unsent', unavailable)
    if (luck < 0.12) throw failure('aborted', aborted)
    if (luck < 0.2) {
      await send(path, version, request)
      throw failure('unanswered', deadlineExceeded)
    }
    if (luck < 0.26) {
      const late = after(20 + random() * 300).then(() => send(path, version, request))
      const settled = late.catch(() => {}).finally(() => underWay.delete(settled))
      underWay.add(settled)
      throw failure('late', deadlineExceeded)
    }
    if (luck < 0.34) {
      counts.slow += 1
      await after(random() * 80)
    }
    return send(path, version, request)
  }

  function failure(kind: keyof typeof counts, code: number): Error {
    counts[kind] += 1
    return Object.assign(new Error(kind), { code })
  }

  return {
    taken,
    counts,
    /** As one process has it. */
    referencesOf:
      (step: () => void) =>
      (path: string): Reference => {
        const reference = firestore.doc(path)
        const stepped = async <T>(request: () => Promise<T>): Promise<T> => {
          step()
          const answer = await request()
          step()
          return answer
        }
        return {
          get: () =>
            stepped(async () => {
              if (faulty && random() < 0.05) throw failure('unsent', unavailable)
              return reference.get()
            }),
          create: (data) => stepped(() => write(path, data.v, () => reference.create(data))),
          update: ((data: { v: number }, precondition: object) =>
            stepped(() => write(path, data.v, () => reference.update(data, precondition)))) as Reference['update'],
        }
      },
    /** From now on nothing goes wrong. Resolves when whatever was still under way has arrived. */
    async calm(): Promise<void> {
      faulty = false
      while (underWay.size > 0) await Promise.all(underWay)
    },
  }
}
