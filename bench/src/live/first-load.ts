import type { Stack } from '@turnpike/contracts/stack.ts'
import { median } from '../driver/latency.ts'
import { type Screen, untilLive } from './screen.ts'

export type FirstLoad = {
  /** Bytes of script as they came, without their headers, before the Firebase SDK and with it. */
  scriptBytes: number
  scriptBytesWithFirebase: number
  requests: number
  /** From the click to the first lane on the screen, and until everything is live, in ms. */
  firstLaneMs: number
  liveMs: number
}

/** Loads the lanes as somebody does who is signed in, with nothing in the browser's cache. The median of several times. */
export async function measureFirstLoad(stack: Stack, screen: Screen, lanes: number, times: number): Promise<FirstLoad> {
  const loads: FirstLoad[] = []
  for (let time = 0; time < times; time++) loads.push(await loadOnce(stack, screen, lanes))
  const of = (figure: keyof FirstLoad) => median(loads.map((load) => load[figure]))
  return {
    scriptBytes: of('scriptBytes'),
    scriptBytesWithFirebase: of('scriptBytesWithFirebase'),
    requests: of('requests'),
    firstLaneMs: of('firstLaneMs'),
    liveMs: of('liveMs'),
  }
}

async function loadOnce(stack: Stack, { page, devtools }: Screen, lanes: number): Promise<FirstLoad> {
  const started = new Map<string, { url: string; headerBytes: number }>()
  const scripts: { url: string; bytes: number }[] = []
  const onResponse = ({ requestId, type, response }: Received) => {
    if (type === 'Script') started.set(requestId, { url: response.url, headerBytes: response.encodedDataLength })
  }
  const onFinished = ({ requestId, encodedDataLength: bytes }: { requestId: string; encodedDataLength: number }) => {
    const script = started.get(requestId)
    if (script !== undefined) scripts.push({ url: script.url, bytes: bytes - script.headerBytes })
  }
  await devtools.send('Network.enable')
  await devtools.send('Network.setCacheDisabled', { cacheDisabled: true })
  devtools.on('Network.responseReceived', onResponse)
  devtools.on('Network.loadingFinished', onFinished)
  const began = performance.now()
  await page.goto(`${stack.dashboard}/lanes`, { waitUntil: 'commit' })
  await page.getByRole('article').first().waitFor()
  const firstLaneMs = performance.now() - began
  await untilLive(page, lanes)
  const liveMs = performance.now() - began
  devtools.off('Network.responseReceived', onResponse)
  devtools.off('Network.loadingFinished', onFinished)

  const ours = await Promise.all(scripts.map(async ({ url, bytes }) => ((await isFirebase(url)) ? 0 : bytes)))
  const sum = (bytes: number[]) => bytes.reduce((all, one) => all + one, 0)
  return {
    scriptBytes: sum(ours),
    scriptBytesWithFirebase: sum(scripts.map(({ bytes }) => bytes)),
    requests: scripts.length,
    firstLaneMs,
    liveMs,
  }
}

/** `encodedDataLength` is what had come until then: the headers. */
type Received = { requestId: string; type: string; response: { url: string; encodedDataLength: number } }

/** Every part of the SDK registers itself by its name. */
async function isFirebase(url: string): Promise<boolean> {
  const text = await (await fetch(url)).text()
  return /["'`]@firebase[/](app|auth|firestore)["'`]/.test(text)
}
