import type { CameraRead } from '@turnpike/contracts/camera-event.ts'
import type { Plate } from '../../domain/plate.ts'

/** Why Postgres did not decide. */
export type DatabaseFailure = 'db_down' | 'slow'

/** A read on its way to an answer. Its ids are the same however often it is tried, so that nothing is written or opened twice. */
export type ReadInHand = {
  input: CameraRead
  plate: Plate
  receivedAt: Date
  /** The same on a clock that only goes forward: `performance.now()`. */
  began: number
  requestId: string
  ids: { read: string; plate: string; rawPlate: string; command: string }
}
