import { execFile } from 'node:child_process'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'

const folder = import.meta.dirname
const dist = join(folder, 'dist')
const sources = ['src', 'pay', 'public', 'index.html', 'pay.html', 'vite.config.ts', 'package.json', '../contracts/src']

/** Builds `dist` unless it is newer than everything it is made from. */
export async function buildIfStale(): Promise<void> {
  const built = await stat(join(dist, 'index.html')).catch(() => undefined)
  if (built && built.mtimeMs > (await newest(sources.map((source) => join(folder, source))))) return
  await build()
}

/**
 * Builds beside `dist` and then swaps, so that whoever serves it meanwhile never finds half a build. In its own process: Vite sets
 * NODE_ENV=production for the whole process that it runs in.
 */
async function build(): Promise<void> {
  const vite = join(createRequire(import.meta.url).resolve('vite/package.json'), '..', 'bin', 'vite.js')
  const fresh = join(folder, '.local', `build-${process.pid}`)
  const args = [vite, 'build', '--outDir', fresh, '--emptyOutDir', '--logLevel', 'warn']
  // Whoever asks may be a test: with its NODE_ENV, React's development build would be served.
  const env = { ...process.env, NODE_ENV: 'production' }
  await promisify(execFile)(process.execPath, args, { cwd: folder, env }).catch((error: { stderr?: string }) => {
    throw new Error(`The dashboard does not build:\n${error.stderr}`, { cause: error })
  })
  const old = `${fresh}-old`
  await mkdir(dist, { recursive: true })
  await rename(dist, old)
  await rename(fresh, dist)
  await rm(old, { recursive: true, force: true })
}

/** The latest change below the given paths, in ms; a folder's own time tells of deleted files. */
async function newest(paths: string[]): Promise<number> {
  const times = await Promise.all(
    paths.map(async (path) => {
      const { mtimeMs, isDirectory } = await stat(path).then((s) => ({
        mtimeMs: s.mtimeMs,
        isDirectory: s.isDirectory(),
      }))
      if (!isDirectory) return mtimeMs
      const names = await readdir(path)
      return Math.max(mtimeMs, await newest(names.map((name) => join(path, name))))
    }),
  )
  return Math.max(0, ...times)
}
