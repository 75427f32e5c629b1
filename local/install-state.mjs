import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Whether node_modules is what package-lock.json asks for: `current`, or in words why not. Compares contents, because git gives
 * files new times; npm writes node_modules/.package-lock.json last, so an interrupted install has none.
 */
export function installState(root) {
  const wanted = packagesOf(join(root, 'package-lock.json'))
  if (wanted === undefined) throw new Error(`package-lock.json is missing in ${root}: take it from git again.`)
  const present = packagesOf(join(root, 'node_modules', '.package-lock.json'))
  if (present === undefined) return 'node_modules is missing or incomplete'
  for (const [path, entry] of Object.entries(wanted)) {
    const have = present[path]
    if (have === undefined && (entry.optional || entry.peer || entry.devOptional)) continue // made for another platform
    if (have?.version !== entry.version || have?.integrity !== entry.integrity || have?.link !== entry.link) {
      return `${path.replace(/^.*node_modules\//, '')} is not what package-lock.json asks for`
    }
  }
  return 'current'
}

/** How far `npm ci` has come: it unpacks every package straight to its place. */
export function installProgress(root) {
  const wanted = Object.entries(packagesOf(join(root, 'package-lock.json'))).filter(([, entry]) => !entry.optional)
  const present = wanted.filter(([path]) => existsSync(join(root, path, 'package.json')))
  return `${present.length} of ${wanted.length} packages in place`
}

function packagesOf(file) {
  try {
    const { packages } = JSON.parse(readFileSync(file, 'utf8'))
    return Object.fromEntries(Object.entries(packages).filter(([path]) => path.includes('node_modules/')))
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw new Error(`${file} cannot be read: ${error.message}`, { cause: error })
  }
}
