import { type LiveDocument, parseDocument } from './document-kinds.ts'
import type { LiveChange } from './live-source.ts'

export type Applied = 'changed' | 'same' | 'older' | 'unknown' | 'invalid'

/**
 * The newest version of every document that was delivered. Several sources may write to it at once, late and in any order: the
 * version `v` of a path never goes back, not even across a deletion.
 */
export class DocumentStore {
  readonly #documents = new Map<string, LiveDocument>()
  readonly #versions = new Map<string, number>()
  readonly #members = new Map<string, Set<string>>()
  readonly #listeners = new Map<string, Set<() => void>>()

  /** Takes one change from a source, and says what came of it. */
  apply({ path, data }: LiveChange): Applied {
    if (data === null) return this.#remove(path)
    const parsed = parseDocument(path, data)
    if ('unknown' in parsed) return 'unknown'
    if ('problem' in parsed) {
      console.error(`The live document ${path} was left out: ${parsed.problem}`)
      return 'invalid'
    }
    const { document } = parsed
    const seen = this.#versions.get(path)
    if (seen !== undefined && document.v < seen) return 'older'
    if (document.v === seen && this.#documents.has(path)) return 'same'
    this.#versions.set(path, document.v)
    this.#documents.set(path, document)
    const members = this.#members.get(parent(path)) ?? new Set()
    this.#members.set(parent(path), members.add(path))
    this.#notify(path)
    return 'changed'
  }

  get(path: string): LiveDocument | undefined {
    return this.#documents.get(path)
  }

  /** Paths of the documents directly in a collection, in no particular order. */
  paths(collection: string): string[] {
    return [...(this.#members.get(collection) ?? [])]
  }

  /** Drops `prefix` and everything below it, versions included: the operator may no longer see it. */
  forget(prefix: string): void {
    for (const path of [...this.#versions.keys()]) {
      if (path !== prefix && !path.startsWith(`${prefix}/`)) continue
      this.#remove(path)
      this.#versions.delete(path)
    }
  }

  /** Calls back after each change of a document, or of any document directly in a collection. */
  subscribe(target: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(target) ?? new Set()
    this.#listeners.set(target, listeners.add(listener))
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0) this.#listeners.delete(target)
    }
  }

  #remove(path: string): Applied {
    if (!this.#documents.delete(path)) return 'same'
    this.#members.get(parent(path))?.delete(path)
    this.#notify(path)
    return 'changed'
  }

  #notify(path: string): void {
    for (const target of [path, parent(path)])
      for (const listener of [...(this.#listeners.get(target) ?? [])]) listener()
  }
}

function parent(path: string): string {
  return path.slice(0, path.lastIndexOf('/'))
}
