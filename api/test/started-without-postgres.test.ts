import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TurnpikeAnswer } from '@turnpike/contracts/camera-event.ts'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openLaneFile } from '../src/lane-file.ts'
import { createLaneMemory } from '../src/services/fallback/lane-memory.ts'
import type { CarPark, Lane } from './car-park.ts'
import { kill, startApi } from './core-process.ts'
import { type FailingPark, openFailingPark } from './failing-park.ts'

let failing: FailingPark
let park: CarPark
beforeAll(async () => {
  failing = await openFailingPark()
  park = failing.park
})
afterEach(() => failing.proxy.set({ kind: 'fine' }))
afterAll(() => failing.close())

async function newFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'turnpike-lanes-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return { folder, path: join(folder, 'lanes.kept') }
}

describe('a process that is started while Postgres is away', () => {
  test('decides by the policies of the lanes that one before it has seen, and its record is brought in', async () => {
    const site = await park.site()
    await park.subscription(site.id, ['SUB 1234'])
    const { folder, path } = await newFolder()
    const url = failing.proxy.urlFor(park.testDatabase.appUrl)
    await kill(await startApi(url, { JOURNAL_DIR: folder }))
    failing.proxy.set({ kind: 'cut' })
    const api = await startApi(url, { JOURNAL_DIR: folder })
    const read = async ({ camera }: Lane, plate: string, key = camera.key) =>
      fetch(`${api.url}/v1/cameras/${camera.id}/events`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ eventId: randomUUID(), plate, capturedAt: new Date() }),
      })
    const out = (await (await read(site.exit, 'RS 1')).json()) as TurnpikeAnswer
    expect(out).toMatchObject({ reason: 'fallback_open', mode: 'fallback', openBarrier: true })
    // Who may park is not known: nobody is on the list.
    expect(await (await read(site.entry, 'SUB 1234')).json()).toMatchObject({ reason: 'fallback_closed' })
    expect((await read(site.exit, 'RS 2', 'x'.repeat(43))).status).toBe(503)

    const kept = await readFile(path, 'latin1')
    expect(kept).toContain(site.exit.gateId)
    for (const secret of ['SUB1234', 'SUB 1234', site.exit.key, site.exit.camera.key])
      expect(kept).not.toContain(secret)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    failing.proxy.set({ kind: 'fine' })
    await expect.poll(() => park.count('decisions where id = $1', [out.decisionId]), { timeout: 10_000 }).toBe(1)
  })

  const now = () => new Date(park.clock.now)
  /** What such a process knows of a lane. */
  async function remembers(folder: string, { camera, gateId }: Lane) {
    failing.proxy.set({ kind: 'cut' })
    const memory = createLaneMemory({ database: park.core.database, now, file: openLaneFile(folder) })
    await expect(memory.refresh()).rejects.toThrow()
    const [lane, gate] = [memory.lane(camera.id), memory.gate(gateId)]
    expect(lane === undefined).toBe(gate === undefined)
    return { lane, lookedAt: memory.lookedAt() }
  }
  async function keep(folder: string) {
    failing.proxy.set({ kind: 'fine' })
    await createLaneMemory({ database: park.core.database, now, file: openLaneFile(folder) }).refresh()
  }

  test('takes lanes of up to a day ago, says how old they are, and takes no older ones', async () => {
    const { entry } = await park.site()
    const { folder } = await newFolder()
    expect((await remembers(folder, entry)).lane).toBeUndefined()
    await keep(folder)
    const keptAt = park.clock.now
    park.wait(24 * 60)
    expect(await remembers(folder, entry)).toMatchObject({ lane: { gate: { id: entry.gateId } }, lookedAt: keptAt })
    park.wait(1)
    expect(await remembers(folder, entry)).toEqual({ lane: undefined, lookedAt: null })
  })

  test('takes none that another version has kept, or that nobody can read', async () => {
    const { entry } = await park.site()
    const { folder, path } = await newFolder()
    await keep(folder)
    const file = openLaneFile(folder)
    const kept = (await file.recall())!
    await file.keep({ ...kept, columns: `${kept.columns},later` })
    expect((await remembers(folder, entry)).lane).toBeUndefined()
    await file.keep(kept)
    expect((await remembers(folder, entry)).lane).toBeDefined()
    await writeFile(path, (await readFile(path)).subarray(0, 100))
    expect((await remembers(folder, entry)).lane).toBeUndefined()
  })
})
