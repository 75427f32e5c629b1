import { onPool } from '@turnpike/local/local-database.ts'
import { launchBrowser } from '../../../e2e/browser.ts'
import type { RunningStack } from '../../../e2e/stack.ts'
import { describeMachine, type Machine } from '../machine.ts'
import { type AtRate, type Bench, measureAtRate } from './at-rate.ts'
import { type Backlog, drainBacklog } from './backlog.ts'
import { createTraffic } from './cars.ts'
import { type FirstLoad, measureFirstLoad } from './first-load.ts'
import { makeLanes } from './lanes.ts'
import { countMirrorWrites } from './mirror-writes.ts'
import { openScreen } from './screen.ts'
import type { LiveSizes } from './sizes.ts'
import { type Wall, watchWall } from './wall.ts'

export type LiveMeasurement = {
  at: string
  quick: boolean
  seconds: number
  /** Whether live data go through Firestore. */
  pushes: boolean
  machine: Machine
  sizes: LiveSizes
  atRates: AtRate[]
  backlog: Backlog
  firstLoad: FirstLoad
  wall: Wall
}

/** Measures how live the console is on a stack that runs, in a real browser. `folder` is on the disk that Postgres is on. */
export async function measureLive(
  stack: RunningStack,
  folder: string,
  sizes: LiveSizes,
  isQuick: boolean,
  say: (line: string) => void,
): Promise<LiveMeasurement> {
  const began = performance.now()
  const at = new Date().toISOString()
  const machine = describeMachine(folder)
  const pushes = stack.profile === 'hybrid'
  const browser = await launchBrowser()
  try {
    return await onPool(stack.postgres, async (pool) => {
      say('Lanes and who watches them')
      const { few, many } = await makeLanes(stack, sizes.lanesOf)
      const takeWrites = await countMirrorWrites(pool, pushes)
      const bench: Bench = { pool, pushes, drive: createTraffic(stack.api), takeWrites }
      const atRates: AtRate[] = []
      for (const { lanes, watcher, view } of [few, many]) {
        const screen = await openScreen(browser, stack, watcher, view)
        for (const rate of sizes.rates) {
          say(`${lanes.length} lanes, ${rate.perSecond} decisions a second`)
          atRates.push(await measureAtRate(bench, screen, lanes, { ...rate, warmUpSeconds: sizes.warmUpSeconds }))
        }
        await screen.close()
      }
      say('First load')
      const loaded = await openScreen(browser, stack, many.watcher, 'cards')
      const firstLoad = await measureFirstLoad(stack, loaded, many.watcher.lanes, sizes.firstLoads)
      await loaded.close()
      const onWall = await openScreen(browser, stack, many.watcher, 'wall')
      say(`A wall screen for ${sizes.wall.seconds} s`)
      const wall = await watchWall(bench, onWall, many.lanes, sizes.wall)
      await onWall.close()
      // Last: the emulator takes longer for every write the more documents it has ever had.
      say(`A backlog of ${sizes.backlog} marks`)
      const backlog = await drainBacklog(bench, many.lanes[0]!.siteId, sizes.backlog)
      const seconds = (performance.now() - began) / 1000
      return { at, quick: isQuick, seconds, pushes, machine, sizes, atRates, backlog, firstLoad, wall }
    })
  } finally {
    await browser.close()
  }
}
