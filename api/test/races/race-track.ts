import { randomUUID } from 'node:crypto'
import { v7 as newId } from 'uuid'
import { operators } from '../../src/db/schema.ts'
import { decideUnsureReads } from '../../src/services/decide-unsure-reads.ts'
import { expireCommands } from '../../src/services/expire-commands.ts'
import { type CarPark, type Core, openCarPark } from '../car-park.ts'
import { watchCommits } from './committed-states.ts'
import type { History } from './history.ts'
import { type Door, Players } from './players.ts'
import type { CoreName, Schedule } from './schedule.ts'
import { overSlowConnections, slowDown } from './slow-connections.ts'
import { whatIsWrong } from './what-is-wrong.ts'
import { buildWorld, type Ground, pick } from './world.ts'

/** The hasty core gives up after this long. A read that is late takes longer between its two round trips. */
const hastyDeadlineMs = 100
const lateMs = 130

/** Runs schedules one after another on a database of its own, each in a world of its own, against two cores. */
export class RaceTrack {
  /** How often something happened that the races are for, over all schedules. */
  readonly seen = new Map<string, number>()
  readonly #park: CarPark
  readonly #doors: Record<CoreName, Door>
  #worlds = 0

  private constructor(park: CarPark, cores: Record<CoreName, Core>) {
    this.#park = park
    this.#doors = { patient: this.#door(cores.patient, false), hasty: this.#door(cores.hasty, true) }
    for (const { database, gateDatabase } of Object.values(cores))
      for (const { pool } of [database, gateDatabase])
        slowDown(pool, ({ code, detail }) => this.#count(code === 'TP001' ? `guard ${detail}` : `error ${code}`))
  }

  static async open(): Promise<RaceTrack> {
    // Who an operator is does not matter here: his token is the name he has.
    const park = await openCarPark({ verifyIdToken: async (uid) => ({ uid }), looksUpNoLane: true })
    const operator = {
      firebaseUid: 'operator',
      email: 'operator@parking.example',
      name: 'Operator',
      role: 'admin',
    } as const
    await park.database.db.insert(operators).values({ id: randomUUID(), ...operator })
    await watchCommits(park.testDatabase.pool)
    const hasty = await park.anotherCore(hastyDeadlineMs)
    return new RaceTrack(park, { patient: park.core, hasty })
  }

  close = () => this.#park.close()

  /** What went wrong in this schedule, in words: empty when nothing did. */
  async run({ world, rounds, delays }: Schedule): Promise<string[]> {
    this.#worlds += 1
    const park = this.#park
    const ground = await buildWorld(park, world, this.#worlds)
    const players = new Players(ground, this.#doors)
    for (const { vehicle, site } of world.inside)
      await players.enter(pick(ground.siteIds, site), pick(ground.vehicles, vehicle))
    park.wait(30)
    let operations = 0
    for (const round of rounds) {
      park.wait(round.afterSeconds / 60)
      const all = round.operations.map((operation) => {
        operations += 1
        const late = operation.kind === 'read' && operation.late ? lateMs : 0
        return overSlowConnections(delays + operations * 7_919, late, () => players.play(operation))
      })
      await Promise.all(all)
    }
    const problems = await whatIsWrong(ground, players)
    this.#remember(players.history)
    return problems.length > 0 ? problems : everybodyLeaves(ground, players)
  }

  #door({ app, database }: Core, mayBeLate: boolean): Door {
    return {
      mayBeLate,
      async send({ method, url, from, headers, body }) {
        const response = await app.inject({ method, url, remoteAddress: from, headers, payload: body })
        return { status: response.statusCode, body: response.json() }
      },
      work: async () => {
        const deps = { database, now: () => new Date(this.#park.clock.now), newId }
        await decideUnsureReads(deps)
        await expireCommands(deps)
      },
    }
  }

  #remember({ reads, payments, results }: History) {
    for (const { answer } of reads) this.#count(answer?.duplicate ? 'repeated' : (answer?.reason ?? 'late'))
    for (const { result } of payments) this.#count(`payment ${result}`)
    for (const { status } of results) this.#count(`result ${status}`)
  }

  #count(what: string) {
    this.seen.set(what, (this.seen.get(what) ?? 0) + 1)
  }
}

/** Nobody is trapped: whoever is inside pays what is asked and leaves, and then every place is free. */
async function everybodyLeaves({ park, gates, siteIds }: Ground, players: Players): Promise<string[]> {
  const rows = async (sql: string) => (await park.testDatabase.pool.query(sql, [siteIds])).rows
  park.wait(5)
  await players.work()
  for (const { id } of await rows(`select id from gates where site_id = any($1) and barrier_mode <> 'normal'`))
    await players.command(id, 'release')
  const inside = `select y.id, y.site_id, p.plate from sessions y join plates p on p.id = y.plate_id
    where y.site_id = any($1) and y.state = 'open' order by y.id limit 1`
  for (;;) {
    const [stay] = await rows(inside)
    if (stay === undefined) break
    park.wait(4)
    const exit = gates.find((gate) => gate.siteId === stay.site_id && gate.direction === 'exit')!
    const answer = await players.leave(exit, stay.plate)
    if (answer?.outcome !== 'ALLOW' || answer.sessionId !== stay.id)
      return [`${stay.id} cannot leave: ${JSON.stringify(answer)}`]
  }
  const held = await rows('select * from site_slots where site_id = any($1) and session_id is not null')
  return [
    ...held.map((place) => `nobody is inside, and yet it is held: ${JSON.stringify(place)}`),
    ...players.history.failures,
  ]
}
