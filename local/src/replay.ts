import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { childEnvironment } from './child-environment.ts'
import { root } from './local-folder.ts'
import { readStackFile } from './stack-file.ts'

/* `npm run replay -- <decisionId>`: of the running stack, or of the database that DATABASE_URL names. */

const databaseUrl = process.env.DATABASE_URL || (await readStackFile().then(({ postgres }) => postgres, leave))
const child = spawn(process.execPath, [join(root, 'api/src/replay.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: childEnvironment({ DATABASE_URL: databaseUrl }),
})
child.once('exit', (code) => process.exit(code ?? 1))

function leave(error: Error): never {
  console.error(`\n${error.message}\n`)
  process.exit(3)
}
