import type { Page } from '@turnpike/contracts/page.ts'
import type { UncollectedItem } from '@turnpike/contracts/report.ts'
import { tariffRules } from '@turnpike/contracts/tariff.ts'
import { toUncollectedItem, type View } from '../domain/items.ts'
import { uncollectedOf } from '../domain/uncollected.ts'
import { cursorAfter, type PageRequest, toPage } from '../repositories/page.ts'
import { listEndedStaysToReview, type StayToReview } from '../repositories/uncollected.ts'
import { type Caller, viewOf } from './access.ts'
import type { Deps } from './deps.ts'
import { type Range, type ReportRequest, reportRange } from './report-range.ts'

/** A page of the stays that ended at a site without what they owed, the last one first. */
export async function listUncollected(
  deps: Deps,
  caller: Caller,
  request: ReportRequest,
  { cursor, limit }: PageRequest,
): Promise<Page<UncollectedItem>> {
  const range = await reportRange(deps, caller, request)
  const found: Found[] = []
  for await (const each of findAfter(cursor, deps, caller, range)) if (found.push(each) > limit) break
  return toPage(found, limit, ({ item }) => item)
}

/** All of them, one after the other. */
export async function eachUncollected(
  deps: Deps,
  caller: Caller,
  request: ReportRequest,
): Promise<AsyncIterable<UncollectedItem>> {
  return itemsOf(findAfter(undefined, deps, caller, await reportRange(deps, caller, request)))
}

async function* itemsOf(found: AsyncIterable<Found>) {
  for await (const { item } of found) yield item
}

type Found = { id: string; micros: string; item: UncollectedItem }

// What a stay owes is the tariff's to say, not the database's: those that may owe are read until there are enough that do.
async function* findAfter(
  cursor: string | undefined,
  deps: Deps,
  { operator }: Caller,
  { site, from, to }: Range,
): AsyncGenerator<Found, void, undefined> {
  const view = viewOf(operator, deps.now())
  const limit = 200
  let after = cursor
  for (;;) {
    const stays = await listEndedStaysToReview(
      deps.database.db,
      { siteId: site.id, from, to },
      { cursor: after, limit },
    )
    for (const stay of stays.slice(0, limit)) {
      const item = toItem(stay, site, view)
      if (item !== null) yield { id: stay.id, micros: stay.micros, item }
    }
    if (stays.length <= limit) return
    after = cursorAfter(stays[limit - 1]!)
  }
}

function toItem(
  { tariff, outcome, reason, mode, openedByOperator, ...stay }: StayToReview,
  site: Range['site'],
  view: View,
): UncollectedItem | null {
  const exit = outcome === null || reason === null || mode === null ? null : { outcome, reason, mode, openedByOperator }
  const rules = tariff && { id: tariff.id, rules: tariffRules.parse(tariff.rules) }
  const uncollected = uncollectedOf({ ...stay, exit }, rules, site)
  const { id: siteId, currency } = site
  return uncollected && toUncollectedItem({ ...stay, ...uncollected, siteId, currency, reason }, view)
}
