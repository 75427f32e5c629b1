import { createHash } from 'node:crypto'
import type { CameraFormat } from '@turnpike/contracts/camera-event.ts'
import type { GateDirection } from '@turnpike/contracts/gate-command.ts'
import type { Role } from '@turnpike/contracts/operator.ts'
import type { Actuation, PoolExhaustedPolicy, UnknownVehiclePolicy } from '@turnpike/contracts/site.ts'
import type { WrittenTariff } from '@turnpike/contracts/tariff.ts'

/*
 * What the demo consists of. Ids are derived from names, so that seeding again finds what is there. The first site's `turnpike`
 * cameras come first everywhere: tools take the first entry and exit camera of `.local/stack.json`.
 */

type Site = {
  id: string
  name: string
  timeZone: string
  currency: string
  capacity: number
  unknownVehiclePolicy: UnknownVehiclePolicy
  receiptIssuer?: string
  tariff: WrittenTariff
}
type Gate = { id: string; siteId: string; name: string; direction: GateDirection; actuation: Actuation }
type Camera = {
  id: string
  gateId: string
  name: string
  format: CameraFormat
  directionMap: Record<string, GateDirection>
}
type Plan = {
  id: string
  name: string
  poolExhaustedPolicy: PoolExhaustedPolicy
  exemptFromCapacity: boolean
  siteIds: string[]
  /** What drivers pay for it each month, where they can buy it themselves. */
  offer?: { amountMinor: number; currency: string; trialDays: number }
}
type Subscription = {
  id: string
  planId: string
  holder: string
  siteIds: string[]
  plates: string[]
  places: number
}
type BlacklistEntry = { id: string; plate: string; siteId: string | null; reason: string }
type Operator = { id: string; uid: string; email: string; name: string; role: Role; siteIds: string[] }

const garage: Site = {
  id: demoId('site garage'),
  name: 'Rosengarten Garage',
  timeZone: 'Europe/Berlin',
  currency: 'EUR',
  capacity: 260,
  unknownVehiclePolicy: 'transient',
  receiptIssuer: 'Rosengarten Parkhaus GmbH\nRosengartenstraße 12, 10115 Berlin\nUSt-IdNr. DE123456789',
  // No free minutes: whoever tries the demo sees a price at once.
  tariff: {
    version: 1,
    rate: { kind: 'steps', steps: [{ minutes: 30, amountMinor: 150 }] },
    day: { period: 'rolling', capMinor: 1800 },
    vat: { percent: '19', included: true },
  },
}
const staff: Site = {
  id: demoId('site staff'),
  name: 'Werkhof Staff Car Park',
  timeZone: 'Europe/Zurich',
  currency: 'CHF',
  capacity: 40,
  unknownVehiclePolicy: 'subscribers_only',
  // Free outside working hours.
  tariff: {
    version: 1,
    entryGraceMinutes: 15,
    bands: [
      {
        name: 'Working hours',
        days: ['mon', 'tue', 'wed', 'thu', 'fri'],
        from: '06:00',
        to: '18:00',
        rate: { kind: 'steps', steps: [{ minutes: 60, amountMinor: 200 }], capMinor: 1500 },
      },
    ],
    rate: { kind: 'flat', amountMinor: 0 },
    vat: { percent: '8.1', included: true },
  },
}
export const sites = [garage, staff]

const gate = (site: Site, name: string, direction: GateDirection, actuation: Actuation = 'controller'): Gate => ({
  id: demoId(`gate ${site.name} ${name}`),
  siteId: site.id,
  name,
  direction,
  actuation,
})
const northEntry = gate(garage, 'North entry', 'entry')
const northExit = gate(garage, 'North exit', 'exit')
const southEntry = gate(garage, 'South entry', 'entry')
const southExit = gate(garage, 'South exit', 'exit')
const staffEntry = gate(staff, 'Staff entry', 'entry', 'reply')
const staffExit = gate(staff, 'Staff exit', 'exit')
export const gates = [northEntry, northExit, southEntry, southExit, staffEntry, staffExit]

/** What each make calls a vehicle that drives the lane's own way, and one that comes against it. */
const motions: Record<CameraFormat, ((way: GateDirection) => [string, string]) | null> = {
  turnpike: null,
  // These look at the rear of the cars that use the lane.
  hikvision: () => ['reverse', 'forward'],
  dahua: () => ['Obverse', 'Reverse'],
  axis: (way) => (way === 'entry' ? ['in', 'out'] : ['out', 'in']),
}
const camera = (at: Gate, format: CameraFormat): Camera => {
  const against = at.direction === 'entry' ? 'exit' : 'entry'
  const [own, other] = motions[format]?.(at.direction) ?? []
  return {
    id: demoId(`camera ${at.id} ${format}`),
    gateId: at.id,
    name: `${at.name} camera`,
    format,
    directionMap: own && other ? { [own]: at.direction, [other]: against } : {},
  }
}
export const cameras = [
  camera(northEntry, 'turnpike'),
  camera(northExit, 'turnpike'),
  camera(southEntry, 'hikvision'),
  camera(southExit, 'hikvision'),
  camera(staffEntry, 'turnpike'),
  camera(staffExit, 'hikvision'),
  camera(staffEntry, 'dahua'),
  camera(staffExit, 'axis'),
]

const commuter: Plan = {
  id: demoId('plan commuter'),
  name: 'Commuter',
  poolExhaustedPolicy: 'overflow_to_paying',
  exemptFromCapacity: false,
  siteIds: [garage.id],
  offer: { amountMinor: 8900, currency: 'EUR', trialDays: 0 },
}
const evenings: Plan = {
  id: demoId('plan evenings'),
  name: 'Evenings',
  poolExhaustedPolicy: 'overflow_to_paying',
  exemptFromCapacity: false,
  siteIds: [garage.id],
  offer: { amountMinor: 3900, currency: 'EUR', trialDays: 14 },
}
const fleet: Plan = {
  id: demoId('plan fleet'),
  name: 'Company fleet',
  poolExhaustedPolicy: 'deny',
  exemptFromCapacity: false,
  siteIds: [garage.id],
}
const staffPlan: Plan = {
  id: demoId('plan staff'),
  name: 'Staff',
  poolExhaustedPolicy: 'overflow_to_paying',
  exemptFromCapacity: true,
  siteIds: [staff.id, garage.id],
}
export const plans = [commuter, evenings, fleet, staffPlan]

const subscription = (plan: Plan, holder: string, at: Site[], places: number, plates: string[]): Subscription => ({
  id: demoId(`subscription ${holder}`),
  planId: plan.id,
  holder,
  siteIds: at.map(({ id }) => id),
  plates,
  places,
})
export const subscriptions = [
  subscription(commuter, 'Mara Lindqvist', [garage], 1, ['B ML 2041', 'B ML 2042']),
  subscription(commuter, 'Tomasz Wolski', [garage], 1, ['PO 7WK21']),
  subscription(fleet, 'Havel Catering', [garage], 2, ['B HC 101', 'B HC 102', 'B HC 103']),
  subscription(staffPlan, 'Werkhof AG', [staff, garage], 3, ['ZH 418 902', 'ZH 418 903', 'ZH 77 310']),
]

export const blacklist: BlacklistEntry[] = [
  { id: demoId('blacklist 1'), plate: 'B XX 6660', siteId: null, reason: 'left without paying, three times' },
  { id: demoId('blacklist 2'), plate: 'HH RT 99', siteId: garage.id, reason: 'damaged the exit barrier' },
]

const operator = (role: Role, name: string, at: Site[]): Operator => ({
  id: demoId(`operator ${role}`),
  uid: `demo-${role}`,
  email: `${role}@turnpike.example`,
  name,
  role,
  siteIds: at.map(({ id }) => id),
})
export const operators = [
  operator('viewer', 'Vera Viewer', [garage]),
  operator('operator', 'Otto Operator', [garage]),
  operator('manager', 'Mina Manager', [garage, staff]),
  operator('admin', 'Ada Admin', []), // admins have every site without a list
]

/** A UUID that is always the same for the same words. */
function demoId(words: string): string {
  const hex = createHash('sha256').update(`turnpike demo ${words}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
