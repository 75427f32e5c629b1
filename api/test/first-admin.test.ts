import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type CarPark, openCarPark } from './car-park.ts'
import { startCoreProcess } from './core-process.ts'
import { openSignIn, type SignIn } from './operator.ts'
import { clientOf } from './operator-client.ts'

let park: CarPark
let signIn: SignIn
beforeAll(async () => {
  signIn = await openSignIn()
  park = await openCarPark({ verifyIdToken: signIn.verifyIdToken, accounts: signIn.accounts })
})
afterAll(async () => {
  await park?.close()
  await signIn?.stop()
})
beforeEach(() => park.testDatabase.pool.query('delete from operator_sites; delete from operators'))

/** The command as it ships, connected as the login that owns nothing. */
async function run(...words: string[]) {
  const child = await startCoreProcess(
    'operator-first',
    {
      DATABASE_URL: park.testDatabase.appUrl,
      FIREBASE_PROJECT_ID: signIn.projectId,
      EMULATORS: 'true',
      FIREBASE_AUTH_EMULATOR_HOST: signIn.emulatorHost,
      METADATA_SERVER_DETECTION: 'none',
    },
    words,
  )
  return { ended: await child.ended, said: child.log() }
}
const ada = ['--email', 'Ada@Parking.Example', '--name', 'Ada Admin']

test('the first admin signs in by the printed link and invites the next operator; it is on record and marked for the mirror', async () => {
  const { ended, said } = await run(...ada)
  expect(ended).toBe('exit code 0')
  const link = /https?:\S+/.exec(said)![0]
  const admin = clientOf(park, await signIn.acceptInvitation(link, 'ada@parking.example'))
  const { id: siteId } = await park.site()
  const kim = { email: 'kim@parking.example', name: 'Kim', role: 'viewer', siteIds: [siteId] }
  await admin.expect(201, admin.post('/v1/operators', kim))

  const { id } = await park.row(`select id from operators where email = 'ada@parking.example' and role = 'admin'`)
  const entry = await park.row('select * from audit_entries where subject_id = $1', [id])
  expect(entry).toMatchObject({ action: 'operator.created', actor_kind: 'system', actor_id: 'operator:first' })
  expect(await park.count(`mirror_marks where kind = 'operator' and subject_id = $1`, [id])).toBe(1)
})

test('a second one is refused, also when two are asked for at once: rights are an admin’s to give', async () => {
  const answers = await Promise.all([
    run(...ada),
    run('--email', 'bob@parking.example', '--name', 'Bob'),
    run('--email', 'eve@parking.example', '--name', 'Eve'),
  ])
  expect(answers.map(({ ended }) => ended).sort()).toEqual(['exit code 0', 'exit code 1', 'exit code 1'])
  const { email } = await park.row('select email from operators')
  const again = await run('--email', 'mallory@parking.example', '--name', 'Mallory')
  expect([again.ended, again.said]).toEqual(['exit code 1', expect.stringContaining(email)])
  expect(await park.count('operators')).toBe(1)
})

test.each([
  [[]],
  [['--email', 'ada', '--name', 'Ada']],
  [['--email', 'ada@parking.example']],
  [['--email', 'ada@parking.example', '--name', 'Ada', '--role', 'viewer']],
])('what is not asked rightly makes nobody anything: %j', async (words) => {
  const { ended, said } = await run(...words)
  expect(ended).toBe('exit code 2')
  expect(said).toContain('npm run operator:first -- --email')
  expect(await park.count('operators')).toBe(0)
})
