import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { childEnvironment } from './child-environment.ts'
import { root } from './local-folder.ts'

/* `npm run sim:payments -- --histories N --seed S`: on a Postgres of its own, which is gone afterwards. */

const { values } = parseArgs({
  options: {
    histories: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 30) },
  },
})
for (const [name, value] of Object.entries(values))
  if (!/^[1-9]\d{0,9}$/.test(value)) leave(`--${name} takes a number, not "${value}"`)

const vitest = join(root, 'node_modules/vitest/vitest.mjs')
const child = spawn(process.execPath, [vitest, 'run', '--project', 'api', 'api/test/money/simulation.test.ts'], {
  cwd: root,
  stdio: 'inherit',
  env: childEnvironment({ HISTORIES: values.histories, SEED: values.seed }),
})
child.once('exit', (code) => process.exit(code ?? 1))

function leave(message: string): never {
  console.error(message)
  process.exit(2)
}
