import { openDatabase } from '@turnpike/api/db/client.ts'
import type { Watched } from '../cpu.ts'
import { type ClosedLoopResult, closedLoop, fixedCount } from './closed-loop.ts'
import type { Fleet } from './fleet.ts'
import { floorTarget, type Samples } from './floor.ts'
import { type Latency, latencyOf } from './latency.ts'
import { loadFleet } from './load-fleet.ts'
import type { ReadKind } from './mix.ts'
import { type OpenLoopResult, openLoop } from './open-loop.ts'
import { seeded } from './random.ts'
import { shippedTarget } from './shipped.ts'
import { type Outcomes, Tally } from './tally.ts'
import type { Target } from './target.ts'

/*
 * The process that the cars come from. It drives them at the server over HTTP or at the floor, in the same way and out of the same
 * fleet, as it is told over its channel, and ends with whoever started it.
 */

export type To = { kind: 'shipped'; port: number; serverPid: number } | { kind: 'floor'; connections: number }
export type Job =
  | { do: 'load'; databaseUrl: string; secret: string; name: string }
  | { do: 'samples'; samples: Samples }
  | { do: 'one'; to: To; kind: ReadKind }
  | { do: 'count'; to: To; reads: number; inFlight: number }
  | { do: 'closed'; to: To; postgresPid: number; inFlight: number; seconds: number; rampSeconds: number }
  | { do: 'open'; to: To; perSecond: number; seconds: number; rampSeconds: number; twinShare: number }
  | { do: 'settle' }
  | { do: 'disconnect' }

export type One = { eventId: string; problems: string[] }
export type Counted = Outcomes
export type Measured = Omit<ClosedLoopResult, 'milliseconds'> & { latency: Latency }
export type Opened = Omit<OpenLoopResult, 'milliseconds'> & { latency: Latency }

let fleet: Fleet | undefined
let databaseUrl = ''
let samples: Samples = {}
const targets = new Map<string, Target>()
const random = seeded(20_261_125)

process.on('disconnect', () => process.exit(0))
process.on('message', async (job: Job) => {
  try {
    process.send!({ result: await run(job) })
  } catch (error) {
    process.send!({ error: (error as Error).stack })
  }
})

async function run(job: Job): Promise<unknown> {
  switch (job.do) {
    case 'load': {
      databaseUrl = job.databaseUrl
      const { pool, close } = openDatabase(databaseUrl, 'fleet', () => {}, { connections: 1 })
      fleet = await loadFleet(pool, job.secret, random, job.name)
      return close()
    }
    case 'samples':
      samples = job.samples
      return
    case 'settle':
      return fleet!.settle()
    case 'disconnect':
      await Promise.all([...targets.values()].map((target) => target.close()))
      return targets.clear()
    case 'one': {
      const read = fleet!.nextOf(job.kind)
      const { problems } = await through(job.to, async (tally) => {
        await tally.send(read)
        return tally.outcomes
      })
      return { eventId: read.eventId, problems }
    }
    case 'count':
      return through(job.to, (tally) => fixedCount(tally, fleet!, job.reads, job.inFlight))
    case 'closed':
      return through(job.to, async (tally) => {
        const { milliseconds, ...result } = await closedLoop(tally, fleet!, watch(job), job)
        return { ...result, latency: latencyOf(milliseconds) }
      })
    case 'open':
      return through(job.to, async (tally) => {
        const { milliseconds, ...result } = await openLoop(tally, fleet!, random, job)
        return { ...result, latency: latencyOf(milliseconds) }
      })
  }
}

function watch({ to, postgresPid }: { to: To; postgresPid: number }): Watched {
  return { serverPid: to.kind === 'shipped' ? to.serverPid : null, postgresPid, driverPid: process.pid }
}

/** Connections stay open from one job to the next: what they have prepared is not prepared again. */
function through<T>(to: To, work: (tally: Tally) => Promise<T>): Promise<T> {
  const name = JSON.stringify(to)
  const target = targets.get(name) ?? connect(to)
  targets.set(name, target)
  return work(new Tally(target, fleet!))
}

function connect(to: To): Target {
  return to.kind === 'shipped' ? shippedTarget(to.port) : floorTarget(databaseUrl, to.connections, samples)
}
