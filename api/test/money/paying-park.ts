import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type * as tables from '../../src/db/schema.ts'
import { newId } from '../../src/new-id.ts'
import type { AskDeps } from '../../src/services/ask-provider.ts'
import { attachCredit } from '../../src/services/attach-credit.ts'
import { completeCalls } from '../../src/services/complete-calls.ts'
import { fetchObjects } from '../../src/services/fetch-objects.ts'
import { settleUpStays } from '../../src/services/settle-up-stays.ts'
import { type CarParkOptions, openCarPark, type Site } from '../car-park.ts'
import { TestProvider } from './test-provider.ts'

/** A car park that takes money through a provider of the test, and a worker that runs when the test says so. */
export async function openPayingPark(options: CarParkOptions = {}) {
  const provider = new TestProvider()
  const park = await openCarPark({ ...options, providers: { stripe: provider } })
  const deps: AskDeps = {
    database: park.database,
    now: () => new Date(park.clock.now),
    newId,
    providers: { stripe: provider },
  }
  return {
    park,
    provider,
    deps,
    close: () => park.close(),
    /** One turn of the worker's jobs about money, for as long as there is something to do. */
    async work() {
      const onError = (error: unknown) => {
        if (!provider.down && provider.refuses === undefined && !provider.answersAreLost) throw error
      }
      for (let turns = 0; turns < 50; turns += 1) {
        const done = [
          await fetchObjects(deps, onError),
          await completeCalls(deps),
          await attachCredit(deps),
          await settleUpStays(deps),
        ]
        if (done.every((count) => count === 0)) return
      }
    },
    /** A car that stands at the exit and owes 2.00. */
    async carThatOwes(site: Site, plate: string) {
      await park.read(site.entry, plate)
      await park.passage(site.entry, 'passed')
      park.wait(45)
      const { quote, sessionId } = await park.read(site.exit, plate)
      return { plate, quoteId: quote!.id, sessionId: sessionId!, fact: `pi_${randomUUID()}` }
    },
    /** A subscription whose money the provider collects, with one vehicle; as it is right after its purchase began. */
    async bought(site: Site, plate: string, plan: Partial<typeof tables.plans.$inferInsert> = {}) {
      const id = await park.subscription(site.id, [plate], plan)
      const { rowCount } = await park.database.pool.query(
        `update subscriptions set provider = 'stripe', status = 'incomplete', status_since = $2, email = $3, valid_from = $2 where id = $1`,
        [id, park.clock.now, `${id}@holder.example`],
      )
      expect(rowCount).toBe(1)
      return { id, objectId: `sub_${randomUUID()}` }
    },
    /** What the function hands in when a subscription has changed in whatever way. */
    async changed(objectId: string, reference: string | null = null, eventId?: string) {
      const change = { kind: 'object_changed', objectKind: 'subscription', objectId, reference }
      const response = await park.notify('customer.subscription.updated', change, eventId)
      return response.json().result as string
    },
    async alertsOf(kind: string): Promise<number> {
      return park.count('alerts where kind = $1', [kind])
    },
  }
}

export type PayingPark = Awaited<ReturnType<typeof openPayingPark>>
export type { Site }
