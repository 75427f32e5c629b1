import type { Stack } from '@turnpike/contracts/stack.ts'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { openConsole, readFreshness, signInAs } from '../../../e2e/console-page.ts'
import type { Watcher } from './lanes.ts'

/** A card showed a decision: `at` is this machine's time in ms, after the frame with it was painted. */
export type Sighting = { gateId: string; decisionId: string; at: number }
/** Frames that were drawn, those that were left out between them, and the longest time without one, in ms. */
export type Frames = { drawn: number; dropped: number; longestMs: number }

export type Screen = {
  page: Page
  devtools: CDPSession
  /** What was seen since the last call. */
  takeSightings(): Promise<Sighting[]>
  takeFrames(): Promise<Frames>
  close(): Promise<void>
}

/** Opens the console for somebody, with all his lanes shown and live. */
export async function openScreen(browser: Browser, stack: Stack, { email, password, lanes }: Watcher): Promise<Screen> {
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 }, locale: 'en-GB' })
  await context.addInitScript(watch)
  const page = await openConsole(context, stack)
  await signInAs(page, email, password)
  await untilLive(page, lanes)
  return {
    page,
    devtools: await context.newCDPSession(page),
    takeSightings: () => page.evaluate('bench.sightings.splice(0)'),
    takeFrames: () => page.evaluate('bench.takeFrames()'),
    close: () => context.close(),
  }
}

export async function untilLive(page: Page, lanes: number): Promise<void> {
  const giveUp = Date.now() + 60_000
  while ((await page.getByRole('article').count()) !== lanes || (await readFreshness(page)) !== 'live') {
    if (Date.now() > giveUp) throw new Error(`${lanes} lanes were not shown live within a minute`)
    await page.waitForTimeout(50)
  }
}

/** Runs in the page. A message that is sent in an animation frame arrives after that frame was painted. */
const watch = `
globalThis.bench = {
  sightings: [],
  frames: { drawn: 0, dropped: 0, longestMs: 0 },
  takeFrames() {
    const taken = this.frames
    this.frames = { drawn: 0, dropped: 0, longestMs: 0 }
    return taken
  },
}
let changed = []
const painted = new MessageChannel()
painted.port1.onmessage = ({ data }) => {
  const at = performance.timeOrigin + performance.now()
  for (const sighting of data) bench.sightings.push({ ...sighting, at })
}
new MutationObserver((mutations) => {
  const due = changed.length === 0
  for (const { target } of mutations) {
    const { gateId, decisionId } = target.dataset
    if (gateId && decisionId) changed.push({ gateId, decisionId })
  }
  if (due && changed.length > 0) requestAnimationFrame(() => {
    painted.port2.postMessage(changed)
    changed = []
  })
}).observe(document, { subtree: true, attributes: true, attributeFilter: ['data-decision-id'] })
let last
const frameMs = 1000 / 60
requestAnimationFrame(function frame(now) {
  if (last !== undefined) {
    const passed = now - last
    bench.frames.drawn += 1
    bench.frames.dropped += Math.max(Math.round(passed / frameMs) - 1, 0)
    bench.frames.longestMs = Math.max(bench.frames.longestMs, passed)
  }
  last = now
  requestAnimationFrame(frame)
})
`
