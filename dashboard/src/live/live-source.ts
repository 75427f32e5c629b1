/** One document as it is now; `data` is null once it is gone (or may no longer be seen). */
export type LiveChange = { path: string; data: Record<string, unknown> | null }

/**
 * Whether what was delivered is current.
 * - `connecting`: nothing was delivered yet.
 * - `live`: the whole set was delivered and every change follows, `via` says from where.
 * - `unreachable`: the last sign of life was at `since` (ms). The source keeps trying by itself.
 * - `refused`: the other side answered and says no, `cause` is its reason. Tried again, but rarely.
 */
export type LinkState =
  | { kind: 'connecting' }
  | { kind: 'live'; via: 'firestore' | 'api' }
  | { kind: 'unreachable'; since: number; cause: string }
  | { kind: 'refused'; cause: string }

/**
 * Where live documents come from. The same document may be delivered again, or an older one after a newer one: the store
 * compares versions. Sources never give up; `subscribe` never throws.
 */
export interface LiveSource {
  /**
   * Follows one document (`sites/s1`) or the documents directly in one collection (`sites/s1/gates`).
   * @returns a function that ends it; after that nothing more is called back.
   */
  subscribe(target: string, onChange: (change: LiveChange) => void, onState: (state: LinkState) => void): () => void
}

/** Whether a document at `path` belongs to what `target` names. */
export function covers(target: string, path: string): boolean {
  return path === target || path.slice(0, path.lastIndexOf('/')) === target
}

/** The state of several links together: the worst of them. */
export function worst(states: Iterable<LinkState>): LinkState {
  let result: LinkState | undefined
  for (const state of states) {
    if (!result || badness[state.kind] > badness[result.kind]) result = state
    else if (state.kind === 'unreachable' && result.kind === 'unreachable' && state.since < result.since) result = state
  }
  return result ?? { kind: 'connecting' }
}

const badness = { live: 0, connecting: 1, refused: 2, unreachable: 3 } satisfies Record<LinkState['kind'], number>
