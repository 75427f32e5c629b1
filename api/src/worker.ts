import { randomBytes } from 'node:crypto'
import type { ProviderName } from '@turnpike/contracts/payment-event.ts'
import closeWithGrace from 'close-with-grace'
import { pino } from 'pino'
import { config } from './config.ts'
import { openDatabase } from './db/client.ts'
import { smtpMail } from './mail.ts'
import { newId } from './new-id.ts'
import { paymentProviders } from './payment-providers.ts'
import { loggerOptions } from './plugins/log.ts'
import { repeat } from './repeat.ts'
import { attachCredit } from './services/attach-credit.ts'
import { completeCalls } from './services/complete-calls.ts'
import { decideUnsureReads } from './services/decide-unsure-reads.ts'
import { expireCommands } from './services/expire-commands.ts'
import { fetchObjects } from './services/fetch-objects.ts'
import { observeCameraClocks } from './services/observe-camera-clocks.ts'
import { purgeExpired } from './services/purge-expired.ts'
import { type Mended, reconcilePayments } from './services/reconcile-payments.ts'
import { sendHolderMails } from './services/send-holder-mails.ts'
import { settleUpStays } from './services/settle-up-stays.ts'
import { timeOutReviews } from './services/time-out-reviews.ts'

/** The process of what is due by time. Every job is safe to run twice, and in two processes at once. */
const env = config.worker()
const log = pino(loggerOptions(env.LOG_LEVEL, 'worker'))
const database = openDatabase(env.DATABASE_URL, 'worker', (error) => log.warn({ err: error }, 'a connection broke'), {
  connections: 4,
})
const newKey = () => randomBytes(32).toString('base64url')
const deps = { database, now: () => new Date(), newId, newKey, providers: paymentProviders(env) }
const failed = (job: string) => (err: unknown) => log.warn({ err, job }, 'some of a job failed')
const { SMTP_URL: smtpUrl, DASHBOARD_URL: dashboardUrl } = env
const mails =
  smtpUrl === undefined || dashboardUrl === undefined
    ? undefined
    : { ...deps, dashboardUrl, mail: smtpMail(smtpUrl, env.MAIL_FROM) }
if (mails === undefined) log.warn('holders get no mail: SMTP_URL or DASHBOARD_URL is not set')

const second = 1_000
const aHandful = 8
const lookedBack = new Set<ProviderName>()
const mended = (what: Mended) => log.info(what, 'a notification that never came was taken in')
const jobs = [
  { name: 'decide unsure reads', run: () => decideUnsureReads(deps), everyMs: 250 },
  { name: 'time out reviews', run: () => timeOutReviews(deps), everyMs: second },
  { name: 'observe camera clocks', run: () => observeCameraClocks(deps), everyMs: 10 * second },
  { name: 'attach credit', run: () => attachCredit(deps), everyMs: second },
  { name: 'settle up stays', run: () => settleUpStays(deps), everyMs: 10 * second },
  { name: 'fetch provider objects', run: () => fetchObjects(deps, failed('fetch provider objects')), everyMs: 250 },
  { name: 'complete provider calls', run: () => completeCalls(deps), everyMs: second },
  {
    name: 'reconcile payments',
    run: () => reconcilePayments(deps, mended, failed('reconcile payments'), lookedBack),
    everyMs: 900 * second,
  },
  ...(mails === undefined
    ? []
    : [{ name: 'send mail', run: () => sendHolderMails(mails, failed('send mail')), everyMs: second }]),
  { name: 'expire commands', run: () => expireCommands(deps), everyMs: second },
  { name: 'purge what has expired', run: () => purgeExpired(deps), everyMs: 3_600 * second },
]

const stops = jobs.map(({ name, run, everyMs }) =>
  repeat(
    async () => {
      // A job that says how much it found and found a handful has more to do.
      return ((await run()) ?? 0) >= aHandful ? 'more' : 'done'
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
