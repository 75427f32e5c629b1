import { z } from 'zod'
import { cameraFormat } from './camera-event.ts'
import { barrierMode, gateDirection, observedState } from './gate-command.ts'
import { currency, id, instant } from './values.ts'

export const unknownVehiclePolicy = z.enum(['transient', 'prepaid', 'subscribers_only'])
export type UnknownVehiclePolicy = z.infer<typeof unknownVehiclePolicy>
export const antiPassbackPolicy = z.enum(['flag', 'deny'])
export type AntiPassbackPolicy = z.infer<typeof antiPassbackPolicy>
export const exitWithoutSessionPolicy = z.enum(['open_and_flag', 'deny'])
export type ExitWithoutSessionPolicy = z.infer<typeof exitWithoutSessionPolicy>
export const poolExhaustedPolicy = z.enum(['overflow_to_paying', 'deny'])
export type PoolExhaustedPolicy = z.infer<typeof poolExhaustedPolicy>
/** What a lane does when a decision cannot be made. `allow_list`: opens for plates that may enter anyway. */
export const failPolicy = z.enum(['open', 'closed', 'allow_list'])
export type FailPolicy = z.infer<typeof failPolicy>
/** Why a decision cannot be made. */
export const failure = z.enum(['api_down', 'db_down', 'slow', 'camera_unsure'])
export type Failure = z.infer<typeof failure>
/** `reply`: the camera's answer opens the barrier. `controller`: the command stream does. Never both. */
export const actuation = z.enum(['reply', 'controller'])
export type Actuation = z.infer<typeof actuation>

export const siteItem = z.object({
  id,
  name: z.string(),
  timeZone: z.string().describe('IANA time zone'),
  currency,
  capacity: z.int(),
  unknownVehiclePolicy,
  antiPassbackPolicy,
  exitWithoutSessionPolicy,
})
export type SiteItem = z.infer<typeof siteItem>

export const gateItem = z.object({
  id,
  siteId: id,
  name: z.string(),
  direction: gateDirection,
  barrierMode,
  holdUntil: instant.nullable(),
  actuation,
  observedState: observedState.nullable(),
})
export type GateItem = z.infer<typeof gateItem>

export const cameraItem = z.object({
  id,
  gateId: id,
  siteId: id,
  name: z.string(),
  format: cameraFormat,
  lastSeenAt: instant.nullable(),
})
export type CameraItem = z.infer<typeof cameraItem>
