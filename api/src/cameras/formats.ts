import type { CameraFormat } from '@turnpike/contracts/camera-event.ts'
import type { CameraAdapter } from './adapter.ts'
import { hikvision } from './hikvision.ts'
import { turnpike } from './turnpike.ts'

const adapters = [turnpike, hikvision]

export function adapterFor(format: CameraFormat): CameraAdapter {
  return adapters.find((adapter) => adapter.format === format)!
}
