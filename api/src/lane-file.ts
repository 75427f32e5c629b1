import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { newId } from './new-id.ts'
import type { LaneFile } from './services/fallback/lane-memory.ts'

/**
 * A file in a folder of this machine. Processes that share the folder keep the same, so whoever wrote last counts. It holds policies and
 * the hashes of device keys, no plate, and is for the owner of the process alone.
 */
export function openLaneFile(folder: string): LaneFile {
  const path = join(folder, 'lanes.kept')
  const unfinished = `${path}.${newId()}.unfinished`
  return {
    async keep(kept) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await writeFile(unfinished, serialize(kept), { mode: 0o600, flush: true })
      await rename(unfinished, path)
    },
    recall: async () => {
      try {
        return deserialize(await readFile(path))
      } catch {
        // Never written, or not by us: then nothing is known, and a read is answered with 503.
        return undefined
      }
    },
  }
}
