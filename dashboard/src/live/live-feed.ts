import { documentPath, type OperatorDocument } from '@turnpike/contracts/live-documents.ts'
import type { Role } from '@turnpike/contracts/operator.ts'
import { DocumentStore } from './document-store.ts'
import { type LinkState, type LiveChange, type LiveSource, worst } from './live-source.ts'
import { ServerClock } from './server-clock.ts'

/** What the signed-in person may see, by `operators/{uid}` alone. */
export type Access =
  | { kind: 'unknown' }
  | { kind: 'granted'; name: string; role: Role; sites: string[] }
  | { kind: 'disabled' }
  | { kind: 'missing'; hadAccess: boolean }
  | { kind: 'refused'; cause: string }

export type FeedState = {
  access: Access
  link: LinkState
  /** Whether the screen ever showed something current. */
  wasLive: boolean
  /** Names of sites that were taken away while the page was open, until dismissed. */
  lostSites: string[]
  /** How many documents were left out because they do not look as agreed. */
  invalid: number
}

/** `lostAt`: when this link was live for the last time; a source that tries again may only know its latest try. */
type Link = { state: LinkState; lostAt: number | undefined; end: () => void }

/**
 * Everything one operator follows: their own document, and from it the sites and gates. When that document takes sites away, is
 * disabled or disappears, the listeners are closed and what they delivered is dropped.
 */
export class LiveFeed {
  readonly documents = new DocumentStore()
  readonly clock = new ServerClock()
  readonly #source: LiveSource
  readonly #uid: string
  readonly #links = new Map<string, Link>()
  readonly #listeners = new Set<() => void>()
  readonly #invalid = new Set<string>()
  #state: FeedState = {
    access: { kind: 'unknown' },
    link: { kind: 'connecting' },
    wasLive: false,
    lostSites: [],
    invalid: 0,
  }

  constructor(source: LiveSource, uid: string) {
    this.#source = source
    this.#uid = uid
  }

  start(): void {
    this.#follow(documentPath.operator(this.#uid))
  }

  stop(): void {
    for (const target of [...this.#links.keys()]) this.#leave(target)
  }

  /** For `useSyncExternalStore`: the same object until something in it changes. */
  readonly state = (): FeedState => this.#state

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** How long ago, by the server's clock, the newest of the followed sites was written, in ms; 0 where there is none yet. */
  mirrorAgeMs(localMs: number): number {
    const sites = [...this.#links.keys()].flatMap((target) => this.documents.get(target) ?? [])
    const written = sites.filter((document) => 'capacity' in document).map(({ updatedAt }) => Date.parse(updatedAt))
    return written.length === 0 ? 0 : Math.max(this.clock.now(localMs) - Math.max(...written), 0)
  }

  dismissLostSites(): void {
    this.#set({ lostSites: [] })
  }

  #follow(target: string): void {
    if (this.#links.has(target)) return
    const link: Link = { state: { kind: 'connecting' }, lostAt: undefined, end: () => {} }
    this.#links.set(target, link)
    link.end = this.#source.subscribe(
      target,
      (change) => this.#onChange(change, link.state),
      (state) => {
        link.state = sinceLost(link, state)
        if (target === documentPath.operator(this.#uid) && state.kind === 'refused') this.#onRefused(state.cause)
        this.#updateLink()
      },
    )
    // The first callbacks may come before `subscribe` returns, and may have ended this very link.
    if (this.#links.get(target) !== link) link.end()
  }

  #leave(target: string): void {
    this.#links.get(target)?.end()
    this.#links.delete(target)
    this.#updateLink()
  }

  #onChange(change: LiveChange, link: LinkState): void {
    const applied = this.documents.apply(change)
    if (applied === 'invalid') this.#invalid.add(change.path)
    else this.#invalid.delete(change.path)
    if (this.#invalid.size !== this.#state.invalid) this.#set({ invalid: this.#invalid.size })
    const document = this.documents.get(change.path)
    if (applied === 'changed' && document) this.clock.observe(document.updatedAt, Date.now(), link.kind === 'live')
    if (change.path === documentPath.operator(this.#uid)) this.#onOperator(document as OperatorDocument | undefined)
  }

  #onOperator(operator: OperatorDocument | undefined): void {
    const before = this.#state.access
    const sites = operator && !operator.disabled ? operator.sites : []
    if (!operator) {
      const hadAccess = before.kind === 'missing' ? before.hadAccess : before.kind !== 'unknown'
      this.#set({ access: { kind: 'missing', hadAccess } })
    } else if (operator.disabled) {
      this.#set({ access: { kind: 'disabled' } })
    } else {
      this.#set({ access: { kind: 'granted', name: operator.name, role: operator.role, sites } })
    }
    this.#leaveSitesBut(sites)
    for (const site of sites) for (const target of targetsOf(site)) this.#follow(target)
  }

  #onRefused(cause: string): void {
    this.#set({ access: { kind: 'refused', cause } })
    this.#leaveSitesBut([])
    this.documents.forget(documentPath.operator(this.#uid))
  }

  /** Closes the listeners of every site that is not in `kept`, and drops what they delivered. */
  #leaveSitesBut(kept: string[]): void {
    const followed = [...this.#links.keys()].filter((target) => target.split('/').length === 2)
    const left = followed
      .filter((target) => target !== documentPath.operator(this.#uid))
      .map((target) => target.slice(target.indexOf('/') + 1))
      .filter((site) => !kept.includes(site))
    const names = left.map((site) => siteName(this.documents, site))
    for (const site of left) {
      for (const target of targetsOf(site)) this.#leave(target)
      this.documents.forget(documentPath.site(site))
    }
    // Who lost everything is told that instead.
    if (kept.length === 0) this.#set({ lostSites: [] })
    else if (names.length > 0) this.#set({ lostSites: [...this.#state.lostSites, ...names] })
  }

  #updateLink(): void {
    const link = worst([...this.#links.values()].map(({ state }) => state))
    const wasLive = this.#state.wasLive || link.kind === 'live'
    if (JSON.stringify(link) !== JSON.stringify(this.#state.link)) this.#set({ link, wasLive })
  }

  #set(change: Partial<FeedState>): void {
    this.#state = { ...this.#state, ...change }
    for (const listener of [...this.#listeners]) listener()
  }
}

/** The state with the time since which nothing was current, over all tries and both ways. */
function sinceLost(link: Link, state: LinkState): LinkState {
  if (state.kind === 'live') link.lostAt = undefined
  if (state.kind !== 'unreachable') return state
  link.lostAt = Math.min(link.lostAt ?? state.since, state.since)
  return { ...state, since: link.lostAt }
}

/** What is followed of one site. */
function targetsOf(siteId: string): string[] {
  return [documentPath.site(siteId), `${documentPath.site(siteId)}/gates`]
}

function siteName(documents: DocumentStore, siteId: string): string {
  const site = documents.get(documentPath.site(siteId))
  return site && 'capacity' in site ? site.name : siteId
}
