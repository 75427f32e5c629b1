import closeWithGrace from 'close-with-grace'
import { pino } from 'pino'
import { config } from './config.ts'
import { openDatabase } from './db/client.ts'
import { openFirestoreSink } from './mirror/firestore-sink.ts'
import { pushDocuments } from './mirror/push-documents.ts'
import { writeDocuments } from './mirror/write-documents.ts'
import { loggerOptions } from './plugins/log.ts'
import { repeat } from './repeat.ts'

/** The mirror process: marks become documents in Postgres, and in the hybrid profile documents go on to Firestore. */
const env = config.relay()
const log = pino(loggerOptions(env.LOG_LEVEL, 'relay'))
const database = openDatabase(env.DATABASE_URL, 'relay', (error) => log.warn({ err: error }, 'a connection broke'), 4)
const now = () => new Date()

const batch = 200
const pause = { pauseMs: 50, longestPauseMs: 10_000 }

const stopWriting = repeat(async () => ((await writeDocuments(database, now, batch)) === batch ? 'more' : 'done'), {
  ...pause,
  onError: (error) => log.error({ err: error }, 'marks could not be turned into documents'),
})

const sink = env.PROFILE === 'hybrid' ? openFirestoreSink(env.FIREBASE_PROJECT_ID) : undefined
const stopPushing =
  sink &&
  repeat(
    async () => {
      const { pushed, failed } = await pushDocuments(database, sink, now, batch)
      for (const { path, error } of failed) log.warn({ err: error, path }, 'Firestore did not take a document')
      if (failed.length > 0 && pushed === 0) throw new Error('Firestore took no document of the batch')
      return pushed === batch ? 'more' : 'done'
    },
    { ...pause, onError: (error) => log.error({ err: error }, 'documents could not be pushed') },
  )

log.info({ profile: env.PROFILE }, 'the relay runs')

closeWithGrace({ delay: 10_000 }, async ({ err }) => {
  if (err) log.fatal({ err }, 'the process ends')
  await Promise.all([stopWriting(), stopPushing?.()])
  await sink?.close()
  await database.close()
})
