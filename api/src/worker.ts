import closeWithGrace from 'close-with-grace'
import { pino } from 'pino'
import { config } from './config.ts'
import { openDatabase } from './db/client.ts'
import { newId } from './new-id.ts'
import { loggerOptions } from './plugins/log.ts'
import { repeat } from './repeat.ts'
import { decideUnsureReads } from './services/decide-unsure-reads.ts'
import { expireCommands } from './services/expire-commands.ts'
import { observeCameraClocks } from './services/observe-camera-clocks.ts'
import { purgeExpired } from './services/purge-expired.ts'
import { timeOutReviews } from './services/time-out-reviews.ts'

/** The process of what is due by time. Every job is safe to run twice, and in two processes at once. */
const env = config.worker()
const log = pino(loggerOptions(env.LOG_LEVEL, 'worker'))
const database = openDatabase(env.DATABASE_URL, 'worker', (error) => log.warn({ err: error }, 'a connection broke'), {
  connections: 4,
})
const deps = { database, now: () => new Date(), newId }

const second = 1_000
const jobs = [
  { name: 'decide unsure reads', run: () => decideUnsureReads(deps), everyMs: 250 },
  { name: 'time out reviews', run: () => timeOutReviews(deps), everyMs: second },
  { name: 'observe camera clocks', run: () => observeCameraClocks(deps), everyMs: 10 * second },
  { name: 'expire commands', run: () => expireCommands(deps), everyMs: second },
  { name: 'purge what has expired', run: () => purgeExpired(deps), everyMs: 3_600 * second },
]

const stops = jobs.map(({ name, run, everyMs }) =>
  repeat(
    async () => {
      await run()
      return 'done'
    },
    {
      pauseMs: everyMs,
      longestPauseMs: Math.max(everyMs, 60 * second),
      onError: (error) => log.error({ err: error, job: name }, 'a job failed'),
    },
  ),
)

log.info({ jobs: jobs.map((job) => job.name) }, 'the worker runs')

closeWithGrace({ delay: 10_000 }, async ({ err }) => {
  if (err) log.fatal({ err }, 'the process ends')
  await Promise.all(stops.map((stop) => stop()))
  await database.close()
})
