import { operatorItem } from '@turnpike/contracts/operator.ts'
import { cameraWithKey, gateWithKey, siteItem } from '@turnpike/contracts/site.ts'
import type { Stack } from '@turnpike/contracts/stack.ts'
import type { Camera } from '@turnpike/local/camera.ts'
import { ask, setPassword, tokenOf } from '../../../e2e/accounts.ts'

export type Lane = { siteId: string; gateId: string; camera: Camera }
export type Watcher = { email: string; password: string; lanes: number }

/** A car in every lane stays for less than its free minutes. */
const tariff = {
  version: 1,
  entryGraceMinutes: 120,
  rate: { kind: 'steps', steps: [{ minutes: 30, amountMinor: 100 }] },
}
const password = 'watches every lane'

/**
 * Makes sites with as many lanes each as `lanesOf` says, entries and exits in turn, as an admin does: by the API. The cameras' answers
 * open these lanes. `few` may see the first site, `many` all of them.
 */
export async function makeLanes(stack: Stack, lanesOf: number[]) {
  const token = await tokenOf(stack, 'admin')
  const post = async (path: string, body: object) => {
    const answer = await ask(stack, token, path, { method: 'POST', body })
    if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }

  async function makeSite(number: number, lanes: number): Promise<Lane[]> {
    const name = `Car park ${number}`
    const site = {
      name,
      timeZone: 'Europe/Berlin',
      currency: 'EUR',
      capacity: 2_000,
      unknownVehiclePolicy: 'transient',
    }
    const { id: siteId } = siteItem.parse(await post('/v1/sites', site))
    await post('/v1/tariffs', { siteId, rules: tariff })
    const made: Lane[] = []
    for (let lane = 0; lane < lanes; lane++) {
      const direction = lane % 2 === 0 ? 'entry' : 'exit'
      const gate = { siteId, name: `Lane ${lane + 1}`, direction, actuation: 'reply' }
      const { id: gateId } = gateWithKey.parse(await post('/v1/gates', gate))
      const camera = { gateId, name: `Camera ${lane + 1}`, format: 'turnpike' }
      const { id, key } = cameraWithKey.parse(await post('/v1/cameras', camera))
      made.push({ siteId, gateId, camera: { id, gateId, siteId, format: 'turnpike', key, direction } })
    }
    return made
  }

  async function makeWatcher(name: string, siteIds: string[], lanes: number): Promise<Watcher> {
    const email = `${name}@bench.example`
    const invited = await post('/v1/operators', { email, name, role: 'operator', siteIds })
    operatorItem.parse(invited)
    await setPassword((invited as { invitationUrl: string }).invitationUrl, password)
    return { email, password, lanes }
  }

  const bySite = await Promise.all(lanesOf.map((lanes, index) => makeSite(index + 1, lanes)))
  const siteIds = bySite.map((lanes) => lanes[0]!.siteId)
  const all = bySite.flat()
  return {
    few: { lanes: bySite[0]!, watcher: await makeWatcher('few', siteIds.slice(0, 1), bySite[0]!.length) },
    many: { lanes: all, watcher: await makeWatcher('many', siteIds, all.length) },
  }
}
