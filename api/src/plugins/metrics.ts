import type { TurnpikeAnswer } from '@turnpike/contracts/camera-event.ts'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export type Metrics = {
  contentType: string
  collect(): Promise<string>
  /** A read was answered. Labels never name a plate, a site or a person. */
  readAnswered(camera: { id: string; format: string }, answer: TurnpikeAnswer | null, seconds: number): void
  payloadRefused(format: string): void
  /** A read was not decided by Postgres. */
  decidedInFallback(failure: 'db_down' | 'slow'): void
  /** A notification of a payment provider was taken in. */
  paymentEventTaken(provider: string, result: string): void
  /** A guard of the write did not hold. */
  guardFailed(guard: string): void
}

/** What is looked up whenever somebody collects. */
export type MetricSources = {
  mirrorLag: () => Promise<{
    marks: number
    oldestSeconds: number
    unpushed: number
    unpushedSeconds: number
    writtenSeconds: number | null
    stuck: number
  }>
  /** Whether documents go on to Firestore. */
  pushes: boolean
  journal: () => { waiting: number; damaged: number }
  /** Records that are missing between those that were brought in. */
  missingRecords: () => Promise<number>
  /** How far the clock of each camera is ahead of ours. */
  cameraClocks: () => Promise<{ id: string; shownMs: number }[]>
  /** What is under way between payment providers and us. */
  money: () => Promise<{
    acceptedSeconds: number
    parked: number
    openCalls: { kind: string; count: number }[]
    overdueSeconds: number
  }>
  /** By name; `isLeftAlone`: this process does not ask it for now. */
  providers: Record<string, { isLeftAlone?: () => boolean }>
  /** When the process last looked up what it needs without Postgres. */
  rememberedAt: () => Date | null
  now: () => Date
}

/** Figures for Prometheus, in a registry of their own so that two apps in one process do not mix. */
export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const latency = new Histogram({
    name: 'turnpike_decision_seconds',
    help: 'From the arrival of a read to its answer',
    labelNames: ['outcome', 'mode'],
    buckets: [0.002, 0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.4, 1],
    registers,
  })
  const reads = new Counter({
    name: 'turnpike_reads_total',
    help: 'Reads by camera and its format',
    labelNames: ['camera', 'format'],
    registers,
  })
  const refused = new Counter({
    name: 'turnpike_camera_payloads_refused_total',
    help: 'Payloads refused: not of the format their camera is set to, too large, or of no type that is taken',
    labelNames: ['format'],
    registers,
  })
  const marks = new Gauge({ name: 'turnpike_mirror_marks', help: 'Marks that the relay has not taken yet', registers })
  const behind = new Gauge({ name: 'turnpike_mirror_lag_seconds', help: 'Age of the oldest of them', registers })
  const written = new Gauge({
    name: 'turnpike_mirror_written_age_seconds',
    help: 'Since the relay wrote any document; it writes each site every 20 s at least, so that more means it is not there',
    registers,
  })
  const stuck = new Gauge({
    name: 'turnpike_mirror_stuck',
    help: 'Documents that are set aside, because they cannot be built or Firestore refuses them',
    registers,
  })
  // Where Firestore is not used nothing waits for it.
  const firestore = sources.pushes ? [registry] : []
  const unpushed = new Gauge({
    name: 'turnpike_mirror_unpushed',
    help: 'Documents that Firestore has not got yet',
    registers: firestore,
  })
  const unpushedAge = new Gauge({
    name: 'turnpike_mirror_unpushed_age_seconds',
    help: 'Since the oldest of them was written',
    registers: firestore,
  })
  const fallbacks = new Counter({
    name: 'turnpike_fallback_decisions_total',
    help: 'Reads that were decided by policy, because Postgres was away or too slow',
    labelNames: ['failure'],
    registers,
  })
  const retries = new Counter({
    name: 'turnpike_guard_retries_total',
    help: 'Reads that were decided again, because what they were decided from had changed: by the guard that noticed',
    labelNames: ['guard'],
    registers,
  })
  const waiting = new Gauge({
    name: 'turnpike_journal_waiting',
    help: 'Records in the journal of this process that Postgres has not got yet',
    registers,
  })
  const damaged = new Gauge({ name: 'turnpike_journal_damaged', help: 'Files of it that nobody can read', registers })
  const missing = new Gauge({
    name: 'turnpike_journal_missing',
    help: 'Records of any journal that were lost: gaps in their numbers',
    registers,
  })
  const remembered = new Gauge({
    name: 'turnpike_fallback_memory_age_seconds',
    help: 'Age of what this process would decide by without Postgres',
    registers,
  })
  const database = new Gauge({ name: 'turnpike_database_up', help: '1 while Postgres answers', registers })

  const skew = new Gauge({
    name: 'turnpike_camera_clock_skew_seconds',
    help: 'How far the clock of a camera in use is ahead of ours; by minutes or hours: it is wrong',
    labelNames: ['camera'],
    registers,
  })

  const events = new Counter({
    name: 'turnpike_payment_events_total',
    help: 'Notifications of payment providers that this process took in, by what became of them',
    labelNames: ['provider', 'result'],
    registers,
  })
  const accepted = new Gauge({
    name: 'turnpike_payment_accepted_age_seconds',
    help: 'Since the oldest notification came that is taken and not applied yet',
    registers,
  })
  const parked = new Gauge({
    name: 'turnpike_payment_parked',
    help: 'Notifications that refer to nothing we know, or that nobody understood',
    registers,
  })
  const openCalls = new Gauge({
    name: 'turnpike_provider_calls_open',
    help: 'Calls to payment providers that are written down and not done; a checkout waits to be closed until its quote ends',
    labelNames: ['kind'],
    registers,
  })
  const overdue = new Gauge({
    name: 'turnpike_provider_calls_overdue_seconds',
    help: 'Since the call was due that has been due longest',
    registers,
  })
  const leftAlone = new Gauge({
    name: 'turnpike_provider_left_alone',
    help: '1 while this process does not ask a payment provider, because it failed five times in a row',
    labelNames: ['provider'],
    registers,
  })

  async function askPostgres() {
    try {
      const lag = await sources.mirrorLag()
      marks.set(lag.marks)
      behind.set(lag.oldestSeconds)
      written.set(lag.writtenSeconds ?? Number.NaN)
      stuck.set(lag.stuck)
      unpushed.set(lag.unpushed)
      unpushedAge.set(lag.unpushedSeconds)
      missing.set(await sources.missingRecords())
      skew.reset()
      for (const { id, shownMs } of await sources.cameraClocks()) skew.set({ camera: id }, shownMs / 1000)
      const money = await sources.money()
      accepted.set(money.acceptedSeconds)
      parked.set(money.parked)
      overdue.set(money.overdueSeconds)
      openCalls.reset()
      for (const { kind, count } of money.openCalls) openCalls.set({ kind }, count)
      database.set(1)
    } catch {
      // When Postgres is away the other figures are wanted most; what it would say is left out rather than shown as it was.
      for (const unknown of [marks, behind, written, stuck, unpushed, unpushedAge, missing, accepted, parked, overdue])
        unknown.remove()
      skew.reset()
      openCalls.reset()
      database.set(0)
    }
  }

  return {
    contentType: registry.contentType,
    async collect() {
      await askPostgres()
      for (const [provider, { isLeftAlone }] of Object.entries(sources.providers))
        leftAlone.set({ provider }, isLeftAlone?.() ? 1 : 0)
      const journal = sources.journal()
      waiting.set(journal.waiting)
      damaged.set(journal.damaged)
      const at = sources.rememberedAt()
      remembered.set(at === null ? Number.NaN : (sources.now().getTime() - at.getTime()) / 1000)
      return registry.metrics()
    },
    decidedInFallback: (failure) => fallbacks.inc({ failure }),
    paymentEventTaken: (provider, result) => events.inc({ provider, result }),
    guardFailed: (guard) => retries.inc({ guard }),
    readAnswered({ id, format }, answer, seconds) {
      reads.inc({ camera: id, format })
      if (answer !== null) latency.observe({ outcome: answer.outcome, mode: answer.mode }, seconds)
    },
    payloadRefused: (format) => refused.inc({ format }),
  }
}
