import type { CameraFormat } from '@turnpike/contracts/camera-event.ts'
import type { CameraAdapter } from './adapter.ts'
import { axis } from './axis.ts'
import { dahua } from './dahua.ts'
import { hikvision } from './hikvision.ts'
import { turnpike } from './turnpike.ts'

const adapters = [turnpike, hikvision, dahua, axis]

export function adapterFor(format: CameraFormat): CameraAdapter {
  return adapters.find((adapter) => adapter.format === format)!
}
