import type { TurnpikeAnswer } from '@turnpike/contracts/camera-event.ts'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export type Metrics = {
  contentType: string
  collect(): Promise<string>
  /** A read was answered. Labels never name a plate, a site or a person. */
  readAnswered(format: string, answer: TurnpikeAnswer | null, seconds: number): void
  payloadRefused(format: string): void
}

/** Figures for Prometheus, in a registry of their own so that two apps in one process do not mix. */
export function createMetrics(
  readLag: () => Promise<{ marks: number; oldestSeconds: number; unpushed: number }>,
  readClocks: () => Promise<{ id: string; shownMs: number }[]>,
): Metrics {
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
    help: 'Reads by camera format',
    labelNames: ['format'],
    registers,
  })
  const refused = new Counter({
    name: 'turnpike_camera_payloads_refused_total',
    help: 'Payloads that were not of the format their camera is set to',
    labelNames: ['format'],
    registers,
  })
  const marks = new Gauge({ name: 'turnpike_mirror_marks', help: 'Marks that the relay has not taken yet', registers })
  const behind = new Gauge({ name: 'turnpike_mirror_lag_seconds', help: 'Age of the oldest of them', registers })
  const unpushed = new Gauge({
    name: 'turnpike_mirror_unpushed',
    help: 'Documents that Firestore has not got yet',
    registers,
  })
  const skew = new Gauge({
    name: 'turnpike_camera_clock_skew_seconds',
    help: 'How far the clock of a camera in use is ahead of ours; by minutes or hours: it is wrong',
    labelNames: ['camera'],
    registers,
  })

  return {
    contentType: registry.contentType,
    async collect() {
      const lag = await readLag()
      marks.set(lag.marks)
      behind.set(lag.oldestSeconds)
      unpushed.set(lag.unpushed)
      skew.reset()
      for (const { id, shownMs } of await readClocks()) skew.set({ camera: id }, shownMs / 1000)
      return registry.metrics()
    },
    readAnswered(format, answer, seconds) {
      reads.inc({ format })
      if (answer !== null) latency.observe({ outcome: answer.outcome, mode: answer.mode }, seconds)
    },
    payloadRefused: (format) => refused.inc({ format }),
  }
}
