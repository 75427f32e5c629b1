import type { CameraFormat } from '@turnpike/contracts/camera-event.ts'
import type { CameraAdapter } from './adapter.ts'
import { axis } from './axis.ts'
import { dahua } from './dahua.ts'
import { hikvision } from './hikvision.ts'
import { turnpike } from './turnpike.ts'

/** A format that a camera can be set to and that is missing here does not compile. */
export const adapters: Record<CameraFormat, CameraAdapter> = { turnpike, hikvision, dahua, axis }
