import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const require = createRequire(import.meta.url)
const packageFile = join(require.resolve('@sparticuz/chromium'), '../../package.json')

/**
 * The Chromium of the npm package, unpacked once per checkout (3 s), and an environment that gives it the libraries and fonts of the
 * package where the machine has none. The package itself would leave in /tmp what no other account may run.
 */
export async function unpackedChromium(): Promise<{ executablePath: string; ownLibraries: NodeJS.ProcessEnv }> {
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }
  const folder = resolve(import.meta.dirname, '../node_modules/.cache', `chromium-${version}`)
  if (!existsSync(folder)) {
    const unfinished = `${folder}.${process.pid}`
    await mkdir(unfinished, { recursive: true })
    await unpackInto(unfinished)
    // Whoever else unpacked meanwhile has the same.
    await rename(unfinished, folder).catch(() => rm(unfinished, { recursive: true, force: true }))
  }
  const ownLibraries = { LD_LIBRARY_PATH: join(folder, 'al2023/lib'), FONTCONFIG_PATH: join(folder, 'fonts') }
  return { executablePath: join(folder, 'chromium'), ownLibraries }
}

/** The package unpacks where TMPDIR says, and its libraries only where it believes itself at home. */
async function unpackInto(folder: string): Promise<void> {
  const script = "import('@sparticuz/chromium').then((chromium) => chromium.default.executablePath())"
  const env = { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' }
  await promisify(execFile)(process.execPath, ['-e', script], { cwd: import.meta.dirname, env })
}
