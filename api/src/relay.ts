import { setTimeout as after } from 'node:timers/promises'
import closeWithGrace from 'close-with-grace'
import { pino } from 'pino'
import { v7 as uuidv7 } from 'uuid'
import { config } from './config.ts'
import { openDatabase } from './db/client.ts'
import { alertStuck } from './mirror/alert-stuck.ts'
import { openFirestore } from './mirror/firestore.ts'
import { createPace } from './mirror/pace.ts'
import { createPush } from './mirror/push-documents.ts'
import { unchangedSiteKeptMs, writeDocuments } from './mirror/write-documents.ts'
import { loggerOptions } from './plugins/log.ts'
import { repeat } from './repeat.ts'
import { purgeDocuments } from './repositories/mirror-documents.ts'
import { markOldSites, markSeenGates } from './repositories/mirror-marks.ts'
import { openMirrorTurn } from './repositories/mirror-turn.ts'

/** The mirror process: marks become documents in Postgres, and in the hybrid profile documents go on to Firestore. */
const env = config.relay()
const log = pino(loggerOptions(env.LOG_LEVEL, 'relay'))
const database = openDatabase(env.DATABASE_URL, 'relay', (error) => log.warn({ err: error }, 'a connection broke'), {
  connections: 5,
})
const now = () => new Date()
const turn = openMirrorTurn(database.pool)

const batch = 200
/** While Firestore is away: enough to see that it is back even if one document cannot be had. */
const probe = 5
const pause = { pauseMs: 50, longestPauseMs: 5_000 }
const hour = 3_600_000
/** How often it looks at what nobody marks: summaries that got old, documents that are stuck. */
const looksEveryMs = 5_000
/** Firestore removes an expired document within days; until then its version must be known. */
const expiredKeptMs = 7 * 24 * hour
/** What is left undone when the process ends is done by the next one: nothing is worth a longer wait. */
const finishesWithinMs = 2_000

const whenActive = (work: () => Promise<'more' | 'done'>) => async () => ((await turn.isOurs()) ? work() : 'done')

const stops = [
  repeat(
    whenActive(async () => {
      const { marks, failed } = await writeDocuments(database, now, batch)
      for (const { kind, subjectId, error } of failed)
        log.error({ err: error, kind, subjectId }, 'a document could not be written: its marks wait')
      return marks >= batch ? 'more' : 'done'
    }),
    { ...pause, onError: (error) => log.error({ err: error }, 'marks could not be turned into documents') },
  ),
  repeat(
    whenActive(async () => {
      await markOldSites(database.db, new Date(now().getTime() - unchangedSiteKeptMs))
      await markSeenGates(database.db)
      await alertStuck(database, now(), uuidv7)
      return 'done'
    }),
    {
      pauseMs: looksEveryMs,
      longestPauseMs: looksEveryMs,
      onError: (error) => log.error({ err: error }, 'it could not be looked for what nobody marks'),
    },
  ),
  repeat(
    whenActive(async () => {
      await purgeDocuments(database.db, new Date(now().getTime() - expiredKeptMs))
      return 'done'
    }),
    { pauseMs: hour, longestPauseMs: hour, onError: (error) => log.error({ err: error }, 'nothing could be purged') },
  ),
]
if (env.PROFILE === 'hybrid') stops.push(startPushing())

log.info({ profile: env.PROFILE }, 'the relay runs')

closeWithGrace({ delay: 10_000 }, async ({ err }) => {
  if (err) log.fatal({ err }, 'the process ends')
  const finished = Promise.all(stops.map((stop) => stop())).then(async () => {
    turn.release()
    await database.close()
  })
  await Promise.race([finished, after(finishesWithinMs)])
})

function startPushing() {
  const push = createPush(database, openFirestore(env.FIREBASE_PROJECT_ID), now)
  const pace = createPace()
  let answers = true
  return repeat(
    whenActive(async () => {
      const limit = answers ? pace.limit : probe
      const { pushed, failed, unanswered, answersMs } = await push(limit)
      pace.heard(answersMs)
      for (const { path, error } of failed)
        log.warn({ err: error, path }, 'Firestore did not take a document: it waits')
      if (unanswered.length > 0) {
        answers = false
        throw new Error('Firestore does not answer', { cause: unanswered[0]!.error })
      }
      if (pushed + failed.length > 0) answers = true
      return pushed === limit ? 'more' : 'done'
    }),
    { ...pause, onError: (error) => log.error({ err: error }, 'documents could not be pushed') },
  )
}
