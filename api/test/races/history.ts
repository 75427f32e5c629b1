import type { TurnpikeAnswer } from '@turnpike/contracts/camera-event.ts'
import type { Camera, Gate } from './world.ts'

/** When something was asked and answered, counted in one row: what was answered before another was asked came before it. */
export type Told = { asked: number; answered: number; at: Date; status: number }
/** `plate` as the core writes it; `sure` says whether the camera had no doubt. */
export type ReadTold = Told & {
  camera: Camera
  eventId: string
  plate: string
  sure: boolean
  /** Its write was held back beyond its deadline: whatever else is late may have been in time for Postgres, and only its answer was not. */
  heldBack: boolean
  answer: TurnpikeAnswer | undefined
}
export type PaymentTold = Told & { quoteId: string; amountMinor: number; factId: string; result: string | undefined }
export type ResultTold = Told & { commandId: string; outcome: string }
export type PassageTold = Told & { gate: Gate; did: string; occurredAt: Date }

/** Everything that was asked of the cores, and what they said. */
export type History = {
  reads: ReadTold[]
  payments: PaymentTold[]
  results: ResultTold[]
  passages: PassageTold[]
  /** What failed although nothing was wrong with it. */
  failures: string[]
}
