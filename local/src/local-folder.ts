import { join, resolve } from 'node:path'

/** The root of the repository. */
export const root = resolve(import.meta.dirname, '../..')

/** Everything a local stack keeps on disk. TURNPIKE_LOCAL_DIR gives a second stack a folder of its own. */
const folder = resolve(process.env.TURNPIKE_LOCAL_DIR || join(root, '.local'))

export const localFolder = {
  path: folder,
  postgres: join(folder, 'postgres'),
  keys: join(folder, 'demo-keys.json'),
  logs: join(folder, 'logs'),
  journal: join(folder, 'journal'),
  providers: join(folder, 'providers.json'),
  stack: join(folder, 'stack.json'),
  lock: join(folder, 'start.pid'),
}
