import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import fc from 'fast-check'
import { v7 as newId } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rulesVersion } from '../src/domain/decide.ts'
import { reviveFacts } from '../src/domain/replay.ts'
import { decideUnsureReads } from '../src/services/decide-unsure-reads.ts'
import { replayDecision } from '../src/services/replay-decision.ts'
import { type CarPark, openCarPark, plainTariff, type Site } from './car-park.ts'

let park: CarPark
beforeAll(async () => {
  park = await openCarPark()
})
afterAll(() => park.close())

const worker = () => decideUnsureReads({ database: park.database, now: () => new Date(park.clock.now), newId })
const listDecisions = async () =>
  (await park.database.pool.query('select id, reason, mode, facts from decisions')).rows as {
    id: string
    reason: string
    mode: string
    facts: unknown
  }[]

describe('a decision made by the API, or by the worker,', () => {
  const cars = ['RP 1001', 'RP 1OO1', 'RP 2002', 'RP 3003', 'RP 4004', 'RP 5005']
  const anySite = fc.record({
    capacity: fc.constantFrom(1, 3, 20),
    unknownVehiclePolicy: fc.constantFrom('transient', 'transient', 'prepaid', 'subscribers_only'),
    antiPassbackPolicy: fc.constantFrom('flag', 'deny'),
    exitWithoutSessionPolicy: fc.constantFrom('open_and_flag', 'deny'),
    plausibleAmountMinor: fc.constantFrom(150, 20_000),
    timeZone: fc.constantFrom('Europe/Berlin', 'Australia/Lord_Howe'),
    tariff: fc.constant({ ...plainTariff, prepaidMinor: 500 }),
  })
  const anyStep = fc.record({
    car: fc.constantFrom(...cars),
    gate: fc.constantFrom('entry', 'exit'),
    confidence: fc.constantFrom(undefined, undefined, 0.97, 0.31234567),
    secondsLate: fc.constantFrom(0, 0, 0, 2, 45),
    after: fc.constantFrom('nothing', 'passed', 'passed', 'turned_back', 'pays', 'pays', 'worker'),
    minutes: fc.constantFrom(0, 0.05, 1, 20, 200),
    barrier: fc.constantFrom('normal', 'normal', 'normal', 'normal', 'held_open', 'blocked'),
    onUnsure: fc.constantFrom('open', 'allow_list', 'closed'),
  })
  type Step = typeof anyStep extends fc.Arbitrary<infer T> ? T : never

  async function take(site: Site, step: Step) {
    const lane = step.gate === 'entry' ? site.entry : site.exit
    await park.database.pool.query(
      `update gates set barrier_mode = $2, hold_until = $3, on_camera_unsure = $4, version = version + 1 where id = $1`,
      [lane.gateId, step.barrier, new Date(park.clock.now.getTime() + 3_600_000), step.onUnsure],
    )
    const capturedAt = new Date(park.clock.now.getTime() - step.secondsLate * 1000)
    const confidence = step.confidence === undefined ? {} : { confidence: step.confidence }
    const { quote } = await park.read(lane, step.car, { capturedAt, ...confidence })
    if (step.after === 'passed' || step.after === 'turned_back') await park.passage(lane, step.after)
    if (step.after === 'pays' && quote !== null) await park.pay(quote.id, quote.amountMinor)
    if (step.after === 'worker') {
      park.wait(3 / 60)
      await worker()
    }
    park.wait(step.minutes)
  }

  test('is made again from what was stored with it, whatever happened before', async () => {
    const property = fc.asyncProperty(
      anySite,
      fc.array(anyStep, { minLength: 40, maxLength: 60 }),
      async (options, steps) => {
        const site = await park.site(options)
        await park.subscription(site.id, ['RP 1001', 'RP 2002'], { poolExhaustedPolicy: 'deny' })
        await park.subscription(site.id, ['RP 3003'], { validUntil: new Date(park.clock.now.getTime() + 7_200_000) })
        await park.blacklist('RP 4004', site.id)
        for (const step of steps) await take(site, step)
      },
    )
    // fast-check prints the seed of a failing run: give it here to see that run again.
    await fc.assert(property, { numRuns: 10, endOnFailure: true })

    const decisions = await listDecisions()
    expect(decisions.length).toBeGreaterThan(250)
    expect(decisions.filter(({ mode }) => mode === 'fallback').length).toBeGreaterThan(5)
    expect(new Set(decisions.map(({ reason }) => reason)).size).toBeGreaterThan(10)
    for (const { id, facts } of decisions) {
      expect((await replayDecision(park, id))?.again?.differences, id).toEqual([])
      expect(JSON.parse(JSON.stringify(reviveFacts(facts))), id).toEqual(facts)
    }
  })
})

describe('npm run replay', () => {
  function replay(...args: string[]): Promise<{ code: number; output: string }> {
    const script = resolve(import.meta.dirname, '../src/replay.ts')
    const env = { PATH: process.env.PATH, DATABASE_URL: park.testDatabase.appUrl }
    return new Promise((done) => {
      execFile(process.execPath, [script, ...args], { env }, (error, stdout, stderr) =>
        done({ code: Number(error?.code ?? 0), output: stdout + stderr }),
      )
    })
  }
  const change = (id: string, set: string) =>
    park.testDatabase.pool.query(`update decisions set ${set} where id = $1`, [id])

  async function carThatOwes() {
    const site = await park.site()
    await park.read(site.entry, 'RX 7777')
    await park.passage(site.entry, 'passed')
    park.wait(45)
    return park.read(site.exit, 'RX 7777')
  }

  test('prints the rule that fired, the facts it looked at and how the sum came about, and no plate', async () => {
    const { decisionId } = await carThatOwes()
    const { code, output } = await replay(decisionId)
    expect(code).toBe(0)
    expect(output).toContain('PAY payment_due\nThe stay costs more than was paid.')
    expect(output).toMatch(/open stay +since \S+Z, found by its exact plate\n/)
    expect(output).toMatch(/2 × 30 min at 1\.00 +2\.00\n +Asked for, EUR +2\.00/)
    expect(output).toContain(`Decided again with rules ${rulesVersion}: the same.`)
    expect(output).not.toMatch(/RX.?7777/)
  })

  test('says what differs, and with which rules it was made', async () => {
    const { decisionId } = await carThatOwes()
    await change(decisionId, `facts = jsonb_set(facts, '{session,paidMinor}', '200'), rules_version = 1`)
    const { code, output } = await replay(decisionId)
    expect(code).toBe(1)
    expect(output).toContain(`with rules ${rulesVersion}; it was made with rules 1: NOT the same.`)
    expect(output).toContain('outcome: was PAY, is ALLOW')
    expect(output).toContain('quoted sum: was 200, is none')
  })

  test('says so when what was stored is not what these rules decide from', async () => {
    const { decisionId } = await carThatOwes()
    await change(decisionId, `facts = facts #- '{gate,barrierMode}'`)
    expect(await replay(decisionId)).toMatchObject({ code: 1, output: expect.stringContaining('NOT decided again') })
  })

  test.each([
    ['an id that is none of a decision', [randomUUID()]],
    ['what is no id', ['x']],
    ['nothing', []],
  ])('asked for %s ends with 2: that is no difference', async (_what, args) => {
    expect((await replay(...args)).code).toBe(2)
  })
})
