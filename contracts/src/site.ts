import { z } from 'zod'
import { cameraFormat } from './camera-event.ts'
import { barrierMode, gateDirection, observedState } from './gate-command.ts'
import { changeOf, changeReason, currency, id, instant, line, lines, name, newOf, version } from './values.ts'

export const unknownVehiclePolicy = z.enum(['transient', 'prepaid', 'subscribers_only'])
export type UnknownVehiclePolicy = z.infer<typeof unknownVehiclePolicy>
export const antiPassbackPolicy = z.enum(['flag', 'deny'])
export type AntiPassbackPolicy = z.infer<typeof antiPassbackPolicy>
export const exitWithoutSessionPolicy = z.enum(['open_and_flag', 'deny'])
export type ExitWithoutSessionPolicy = z.infer<typeof exitWithoutSessionPolicy>
export const poolExhaustedPolicy = z.enum(['overflow_to_paying', 'deny'])
export type PoolExhaustedPolicy = z.infer<typeof poolExhaustedPolicy>
/** What happens to a car that waits at an exit for a review that nobody makes. */
export const reviewTimeoutPolicy = z.enum(['open_and_bill_later', 'keep_closed'])
export type ReviewTimeoutPolicy = z.infer<typeof reviewTimeoutPolicy>
/** What becomes of money for a stay that was paid already. `credit`: kept for the next stay of the vehicle. */
export const doublePaymentPolicy = z.enum(['refund', 'credit'])
/** What a lane does when a decision cannot be made. `allow_list`: opens for plates that may enter anyway. */
export const failPolicy = z.enum(['open', 'closed', 'allow_list'])
export type FailPolicy = z.infer<typeof failPolicy>
/** Why a decision cannot be made. */
export const failure = z.enum(['api_down', 'db_down', 'slow', 'camera_unsure'])
export type Failure = z.infer<typeof failure>
/** `reply`: the camera's answer opens the barrier. `controller`: the command stream does. Never both. */
export const actuation = z.enum(['reply', 'controller'])
export type Actuation = z.infer<typeof actuation>

const seconds = (least: number, most: number) => z.int().min(least).max(most)

const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'is no IANA time zone, such as Europe/Berlin')
  .describe('IANA time zone')

function isTimeZone(name: string): boolean {
  try {
    // Offsets such as +01:00 pass here too, but they know nothing of summer time.
    return /^[A-Z]/.test(new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone)
  } catch {
    return false
  }
}

const siteSettings = {
  name,
  timeZone,
  capacity: z.int().min(0).max(100_000).describe('places; made smaller than what is taken, it shrinks as cars leave'),
  unknownVehiclePolicy,
  antiPassbackPolicy,
  exitWithoutSessionPolicy,
  maxReadAgeSeconds: seconds(1, 3_600).describe('an older read is history and opens nothing'),
  passWindowSeconds: seconds(1, 60).describe('reads within it may be one vehicle'),
  quoteValidSeconds: seconds(60, 86_400),
  exitBufferSeconds: seconds(0, 86_400).describe('time to leave after paying'),
  plausibleAmountMinor: z
    .int()
    .positive()
    .max(2_000_000_000)
    .describe('a larger sum needs a look, and is never charged automatically'),
  maxStaySeconds: seconds(3_600, 157_680_000).describe('a longer stay that owes needs a look: rather an unseen exit'),
  doublePaymentPolicy,
  reviewTimeoutPolicy,
  reviewTimeoutSeconds: seconds(10, 3_600).describe(
    'how long a car waits for such a look, at most until 5 s before it counts as gone (waitSeconds of its gate)',
  ),
  receiptIssuer: lines(500)
    .trim()
    .min(1)
    .nullable()
    .describe('who issues receipts: name, address and VAT id, as they are to be printed; null for nobody'),
}

export const siteItem = z.object({ id, version, ...siteSettings, currency })
export type SiteItem = z.infer<typeof siteItem>

const { name: _name, timeZone: _timeZone, capacity: _capacity, ...siteDefaults } = siteSettings
export const newSite = newOf({
  name,
  timeZone,
  currency,
  capacity: siteSettings.capacity,
  ...z.strictObject(siteDefaults).partial().shape,
}).meta({ examples: [{ name: 'Rosengarten Garage', timeZone: 'Europe/Berlin', currency: 'EUR', capacity: 260 }] })
export type NewSite = z.infer<typeof newSite>

/** The currency stays: sums that were quoted and paid are in it. */
export const siteChange = changeOf(siteSettings).meta({
  examples: [{ capacity: 240, changeReason: 'the top deck is being resurfaced' }],
})
export type SiteChange = z.infer<typeof siteChange>

/** A live key of a device, told apart by the first digits of its SHA-256. The key itself is shown once, when it is made. */
export const liveKey = z.object({ number: z.int(), fingerprint: z.string() })
export type LiveKey = z.infer<typeof liveKey>
const withKey = { key: z.string().describe('shown this once; put it into the device now') }
export const newKey = z.strictObject({ changeReason })

const gateSettings = {
  name,
  direction: gateDirection,
  actuation,
  waitSeconds: seconds(10, 3_600).describe('how long a car that owes is taken to wait at an exit'),
  minConfidence: z.number().min(0).max(1).describe('a read below it waits for a better one'),
  onApiDown: failPolicy,
  onDbDown: failPolicy,
  onSlow: failPolicy,
  onCameraUnsure: failPolicy,
}

export const gateItem = z.object({
  id,
  version,
  siteId: id,
  ...gateSettings,
  barrierMode,
  holdUntil: instant.nullable(),
  observedState: observedState.nullable(),
  retiredAt: instant.nullable(),
  keys: z.array(liveKey),
})
export type GateItem = z.infer<typeof gateItem>
export const gateWithKey = gateItem.extend(withKey)
export type GateWithKey = z.infer<typeof gateWithKey>

const { name: _gateName, direction: _direction, ...gateDefaults } = gateSettings
export const newGate = newOf({
  siteId: id,
  name,
  direction: gateDirection,
  ...z.strictObject(gateDefaults).partial().shape,
}).meta({
  examples: [{ siteId: '0197a3c2-8d51-7a52-b0c1-6a4f6a1f2b10', name: 'North entry', direction: 'entry' }],
})
export type NewGate = z.infer<typeof newGate>
export const gateChange = changeOf(gateSettings).meta({
  examples: [{ minConfidence: 0.7, changeReason: 'the camera misreads in the rain' }],
})
export type GateChange = z.infer<typeof gateChange>

const cameraSettings = {
  name,
  format: cameraFormat,
  directionMap: z
    .record(line(64).min(1), gateDirection)
    .refine((map) => Object.keys(map).length <= 32, 'names more than 32 motions')
    .describe('what the camera calls a motion → entry or exit; empty where it sees one direction only'),
}

export const cameraItem = z.object({
  id,
  version,
  gateId: id,
  siteId: id,
  ...cameraSettings,
  clockOffsetSeconds: z.int().describe('how far its clock is ahead of ours: the age of a read is taken against it'),
  clockJumpedToSeconds: z
    .int()
    .nullable()
    .describe('where it has jumped to; until that is confirmed, or it goes back, reads of both clocks count'),
  clockShownSeconds: z.int().nullable().describe('what its newest read shows, less the time that it was on its way'),
  lastSeenAt: instant.nullable(),
  revokedAt: instant.nullable(),
  keys: z.array(liveKey),
})
export type CameraItem = z.infer<typeof cameraItem>
export const cameraWithKey = cameraItem.extend(withKey)
export type CameraWithKey = z.infer<typeof cameraWithKey>

export const newCamera = newOf({
  gateId: id,
  name,
  format: cameraFormat,
  directionMap: cameraSettings.directionMap.optional(),
}).meta({
  examples: [{ gateId: '0197a3c2-9a07-7c11-a2f4-0c55e2f1d9aa', name: 'North entry, front', format: 'turnpike' }],
})
export type NewCamera = z.infer<typeof newCamera>
export const cameraChange = changeOf(cameraSettings).meta({
  examples: [{ directionMap: { approaching: 'entry', leaving: 'exit' } }],
})
export type CameraChange = z.infer<typeof cameraChange>

export const cameraClock = z
  .strictObject({
    offsetSeconds: z.int().describe('the clockJumpedToSeconds, or clockShownSeconds, that you saw'),
    changeReason,
  })
  .meta({ examples: [{ offsetSeconds: -3600, changeReason: 'it stayed on winter time' }] })
export type CameraClock = z.infer<typeof cameraClock>

export const placeState = z.enum(['active', 'retired'])
export type PlaceState = z.infer<typeof placeState>
