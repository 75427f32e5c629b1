import { relative } from 'node:path'
import type { Stack } from '@turnpike/contracts/stack.ts'
import { localFolder } from './local-folder.ts'

/** What a newcomer needs to know once everything runs: where, who, and one command that shows the point. */
export function welcome(stack: Stack, live: string): string {
  const camera = stack.cameras[0]!
  const places = [
    ['Dashboard', stack.dashboard, 'operators sign in here'],
    ['API', stack.api, 'reference at /docs'],
    ['Pay page', `${stack.dashboard}/pay?site=${camera.siteId}`, 'what a driver opens at the exit'],
    ['Plans', `${stack.dashboard}/plans?site=${camera.siteId}`, 'subscriptions that drivers buy'],
    ['Mailbox', stack.mailbox, 'what is mailed to them'],
    ...Object.values(stack.functions).map((url, n) =>
      n === 0 ? ['Functions', url, 'receive payment webhooks'] : ['', url, ''],
    ),
    ['Providers', stack.provider, 'stand in for Stripe and PayPal: what was paid, and what banks and time do'],
    ['Auth', stack.auth, "Firebase's emulator"],
    ['Live data', stack.firestore ?? `${stack.api}/v1/live`, live],
    ['PostgreSQL', stack.postgres.replace(/:[^:@/]*@/, ':…@'), 'password in stack.json'],
    ['Logs', short(localFolder.logs), `${short(localFolder.stack)} has all of this for tools`],
  ]
  const width = Math.max(...places.map(([, where]) => where!.length))
  const table = places.map(([what, where, note]) => `  ${what!.padEnd(11)} ${where!.padEnd(width)}  ${note}`)
  const signIns = stack.operators.map(({ email, password }) => `  ${email.padEnd(29)} ${password}`)
  return [
    '',
    ...table,
    '',
    'Sign in as',
    ...signIns,
    '',
    'Let a car arrive (a camera says what it read; the answer opens the barrier)',
    `  curl -s ${stack.api}/v1/cameras/${camera.id}/events -H 'Authorization: Bearer ${camera.key}' \\`,
    `    -H 'Content-Type: application/json' \\`,
    `    -d '{"eventId":"try-'$(date +%s)'","plate":"B TP 1234","capturedAt":"'$(date -u +%FT%TZ)'"}'`,
    '',
    'It owes something at once: pay it on the pay page above, by card or PayPal.',
    '',
    'More cars: npm run traffic (in another terminal). Stop: Ctrl-C.',
    '',
  ].join('\n')
}

function short(path: string): string {
  const fromHere = relative(process.cwd(), path)
  return fromHere.startsWith('..') ? path : fromHere
}
