import { type FailingProxy, startFailingProxy } from '@turnpike/local/failing-proxy.ts'
import { type CarPark, type CarParkOptions, openCarPark } from './car-park.ts'

export type FailingPark = { park: CarPark; proxy: FailingProxy; deadlineMs: number; close(): Promise<void> }

/** A car park whose app reaches Postgres through a network that fails when a test says so. */
export async function openFailingPark(
  options: Pick<CarParkOptions, 'logger' | 'verifyIdToken' | 'webhooks' | 'decisionDeadlineMs' | 'gatesWaitMs'> = {},
): Promise<FailingPark> {
  const deadlineMs = options.decisionDeadlineMs ?? 400
  let proxy: FailingProxy | undefined
  const park = await openCarPark({
    ...options,
    decisionDeadlineMs: deadlineMs,
    through: async (url) => {
      proxy = await startFailingProxy(url)
      return proxy.urlFor(url)
    },
  })
  return {
    park,
    proxy: proxy!,
    deadlineMs,
    async close() {
      // Connections that are lost without knowing it would be waited for.
      proxy!.reset()
      await park.close()
      await proxy!.close()
    },
  }
}
