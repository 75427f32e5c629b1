import type { DecisionMode } from '@turnpike/contracts/decision.ts'
import type { GateDocument, SiteDocument } from '@turnpike/contracts/live-documents.ts'
import { documentPath } from '@turnpike/contracts/live-documents.ts'
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useSyncExternalStore } from 'react'
import { type Freshness, freshness } from './freshness.ts'
import { type FeedState, LiveFeed } from './live-feed.ts'
import type { LiveSource } from './live-source.ts'
import { useEachSecond, useSecond } from './second.ts'

type Live = { feed: LiveFeed; configured: 'firestore' | 'api' }

const LiveContext = createContext<Live | undefined>(undefined)

/** Follows what the signed-in person may see for as long as it is mounted. */
export function LiveProvider(props: {
  source: LiveSource
  configured: 'firestore' | 'api'
  uid: string
  children: ReactNode
}) {
  const { source, configured, uid, children } = props
  const live = useMemo(() => ({ feed: new LiveFeed(source, uid), configured }), [source, configured, uid])
  useEffect(() => {
    live.feed.start()
    return () => live.feed.stop()
  }, [live])
  return <LiveContext value={live}>{children}</LiveContext>
}

export function useFeed(): LiveFeed {
  return useLive().feed
}

export function useFeedState(): FeedState {
  const feed = useFeed()
  return useSyncExternalStore(feed.subscribe, feed.state)
}

export function useSite(siteId: string): SiteDocument | undefined {
  return useDocument(documentPath.site(siteId)) as SiteDocument | undefined
}

/** Sites in the order asked for, undefined where one is not here yet. The same array until one of them changes. */
export function useSites(siteIds: string[]): (SiteDocument | undefined)[] {
  const { documents } = useFeed()
  const paths = useMemo(() => siteIds.map(documentPath.site), [siteIds])
  const versions = useSyncExternalStore(useSubscriptions(paths), () =>
    paths.map((path) => documents.get(path)?.v ?? '').join(),
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: the versions say when there is something new
  return useMemo(() => paths.map((path) => documents.get(path) as SiteDocument | undefined), [paths, versions])
}

/** Names of sites, in the order asked for; the id of one that is not here yet. */
export function useSiteNames(siteIds: string[]): string[] {
  const { documents } = useFeed()
  const paths = useMemo(() => siteIds.map(documentPath.site), [siteIds])
  const joined = useSyncExternalStore(useSubscriptions(paths), () =>
    siteIds.map((id) => (documents.get(documentPath.site(id)) as SiteDocument | undefined)?.name ?? id).join('\n'),
  )
  return useMemo(() => joined.split('\n'), [joined])
}

export function useGate(siteId: string, gateId: string): GateDocument | undefined {
  return useDocument(documentPath.gate(siteId, gateId)) as GateDocument | undefined
}

/** Ids of a site's gates in use, entries first, then by name. The same array until that order changes. */
export function useGateIds(siteId: string): string[] {
  const { documents } = useFeed()
  const collection = `${documentPath.site(siteId)}/gates`
  const joined = useSyncExternalStore(useSubscription(collection), () => {
    const gates = documents
      .paths(collection)
      .map((path) => ({ path, gate: documents.get(path) as GateDocument }))
      .filter(({ gate }) => !gate.retired)
    gates.sort((a, b) => compareGates(a.gate, b.gate) || (a.path < b.path ? -1 : 1))
    return gates.map(({ path }) => path.slice(collection.length + 1)).join('\n')
  })
  return useMemo(() => (joined === '' ? [] : joined.split('\n')), [joined])
}

/** The lanes in use of several sites, in the order that their cards have. The same array until one of them changes. */
export function useLanes(siteIds: string[]): Lane[] {
  const { documents } = useFeed()
  const collections = useMemo(() => siteIds.map((siteId) => `${documentPath.site(siteId)}/gates`), [siteIds])
  const json = useSyncExternalStore(useSubscriptions(collections), () =>
    JSON.stringify(
      collections.flatMap((collection, index) =>
        documents
          .paths(collection)
          .map((path) => ({ path, gate: documents.get(path) as GateDocument }))
          .filter(({ gate }) => !gate.retired)
          .sort((a, b) => compareGates(a.gate, b.gate) || (a.path < b.path ? -1 : 1))
          .map(({ path, gate }) => ({
            siteId: siteIds[index],
            gateId: path.slice(collection.length + 1),
            name: gate.name,
            barrierMode: gate.barrierMode,
            observedState: gate.observedState,
            decision: gate.lastDecision && {
              id: gate.lastDecision.id,
              mode: gate.lastDecision.mode,
              movedOn: gate.lastDecision.movedOnAt !== null,
            },
            waitsUntil: gate.waiting?.until ?? null,
          })),
      ),
    ),
  )
  return useMemo(() => JSON.parse(json) as Lane[], [json])
}

/** What of a lane is shown where lanes are listed or counted. */
export type Lane = Pick<GateDocument, 'name' | 'barrierMode' | 'observedState'> & {
  siteId: string
  gateId: string
  decision: { id: string; mode: DecisionMode; movedOn: boolean } | null
  waitsUntil: string | null
}

/** What `read` makes of the server's time in ms, asked each second: renders again only when that is another value. */
export function useEachServerSecond<T extends string | number | boolean>(read: (nowMs: number) => T): T {
  const { clock } = useFeed()
  return useEachSecond((localMs) => read(clock.now(localMs)))
}

/** The server's time in ms, a second at a time. */
export function useServerNow(): number {
  const { clock } = useFeed()
  return clock.now(useSecond())
}

export function useFreshness(): Freshness {
  const { feed, configured } = useLive()
  const state = useFeedState()
  const now = useSecond()
  return freshness(state, configured, now, feed.clock.lagMs(now), feed.mirrorAgeMs(now))
}

function useDocument(path: string) {
  const { documents } = useFeed()
  return useSyncExternalStore(useSubscription(path), () => documents.get(path))
}

function useSubscription(target: string) {
  const { documents } = useFeed()
  return useCallback((listener: () => void) => documents.subscribe(target, listener), [documents, target])
}

function useSubscriptions(targets: string[]) {
  const { documents } = useFeed()
  return useCallback(
    (listener: () => void) => {
      const ends = targets.map((target) => documents.subscribe(target, listener))
      return () => {
        for (const end of ends) end()
      }
    },
    [documents, targets],
  )
}

function useLive(): Live {
  const live = useContext(LiveContext)
  if (!live) throw new Error('Live data are read outside of LiveProvider.')
  return live
}

const byName = new Intl.Collator(undefined, { numeric: true })

function compareGates(a: GateDocument, b: GateDocument): number {
  if (a.direction !== b.direction) return a.direction === 'entry' ? -1 : 1
  return byName.compare(a.name, b.name)
}
