import type { TurnpikeAnswer } from '@turnpike/contracts/camera-event.ts'
import type { PublicQuote } from '@turnpike/contracts/quote.ts'
import { v7 as newId } from 'uuid'
import { toPlate } from '../../src/domain/plate.ts'
import type { History, Told } from './history.ts'
import type { CoreName, Operation } from './schedule.ts'
import { type Camera, type Gate, type Ground, pick } from './world.ts'

/** How somebody speaks with a core. `from` is the address that he has. */
export type Door = {
  send(request: Request): Promise<{ status: number; body: unknown }>
  /** Does what the worker does by time. */
  work(): Promise<void>
  /** Whether a camera may hear that its read comes too late. */
  mayBeLate: boolean
}
export type Request = {
  method: 'POST' | 'PATCH'
  url: string
  from: string
  headers: Record<string, string>
  body: string
}
type Post = { plate: string; eventId: string; capturedAt: string; confidence?: number }
type Doing<K extends Operation['kind']> = Extract<Operation, { kind: K }>

/** The cameras, controllers, drivers and operators of one world: what they say is sent as they send it, and written down. */
export class Players {
  readonly history: History = { reads: [], payments: [], results: [], passages: [], failures: [] }
  readonly #ground: Ground
  readonly #doors: Record<CoreName, Door>
  readonly #posts: { camera: Camera; post: Post }[] = []
  readonly #quotes: Pick<PublicQuote, 'id' | 'amountMinor'>[] = []
  readonly #stays = new Map<string, string>()
  #moments = 0
  #counted = 0

  constructor(ground: Ground, doors: Record<CoreName, Door>) {
    this.#ground = ground
    this.#doors = doors
  }

  async play(operation: Operation): Promise<void> {
    const { gates, siteIds, subscriptionIds, vehicles } = this.#ground
    const { core } = operation
    switch (operation.kind) {
      case 'read':
        return this.#pass(pick(gates, operation.gate), operation)
      case 'drive':
        return this.#drive(pick(gates, operation.gate), operation)
      case 'repeat': {
        const first = pick(this.#posts, operation.of)
        if (first !== undefined) await this.read(first.camera, first.post, core)
        return
      }
      case 'settle':
        return this.#settle(core, pick(siteIds, operation.site), pick(vehicles, operation.vehicle))
      case 'pay':
        return this.#payAgain(pick(this.#quotes, operation.quote), operation)
      case 'passage':
        return this.#report(pick(gates, operation.gate), operation)
      case 'result':
        return this.#result(pick(gates, operation.gate), operation)
      case 'command':
        return this.command(pick(gates, operation.gate).id, operation.action, core)
      case 'observe': {
        const { state, loopOccupied } = operation
        const { id, key } = pick(gates, operation.gate)
        await this.#ask([200], core, 'POST', `/v1/gates/${id}/state`, key, { state, loopOccupied })
        return
      }
      case 'resize':
        return this.#change('sites', pick(siteIds, operation.site), { capacity: operation.capacity }, core)
      case 'resize pool': {
        const subscription = pick(subscriptionIds, operation.subscription)
        if (subscription !== undefined)
          await this.#change('subscriptions', subscription, { poolSize: operation.size }, core)
        return
      }
      case 'work':
        return this.work(core)
    }
  }

  /** A car comes in, if it may, and drives on. */
  async enter(siteId: string, plate: string) {
    const gate = this.#ground.gates.find((g) => g.siteId === siteId && g.direction === 'entry')!
    await this.read(gate.cameras[0]!, this.#post(plate, this.#now))
    await this.#report(gate, { core: 'patient', did: 'passed', namesStay: false })
  }

  /** A car pays what it is asked for at an exit and leaves; the answer that it gets last. */
  async leave(exit: Gate, plate: string): Promise<TurnpikeAnswer | undefined> {
    const asked = await this.read(exit.cameras[0]!, this.#post(plate, this.#now))
    if (asked?.outcome !== 'PAY') return asked
    if (asked.quote !== null) await this.#pay(asked.quote, `last ${asked.quote.id}`, asked.quote.id, 'patient')
    return this.read(exit.cameras[0]!, this.#post(plate, this.#now))
  }

  /** A car at a gate until it is gone: it pays what it is asked for, is read again and again, and does as it likes. */
  async #drive(gate: Gate, { core, vehicle, outcome, did }: Doing<'drive'>) {
    const camera = gate.cameras[0]!
    const plate = pick(this.#ground.vehicles, vehicle)
    const read = () => {
      const post = this.#post(plate, this.#now)
      this.#posts.push({ camera, post })
      return this.read(camera, post, core)
    }
    const answer = await read()
    if (answer?.quote) {
      await Promise.all([this.#pay(answer.quote, newId(), newId(), core), read()])
      await read()
    }
    await this.#result(gate, { core, outcome })
    if (outcome !== 'executed') await read()
    await this.#report(gate, { core, did, namesStay: false })
  }

  async #pass(gate: Gate, { core, camera, vehicle, reading, confidence, kept, late }: Doing<'read'>) {
    const capturedAt = new Date(+this.#now - (kept ? 60_000 : 0))
    const plate = misread(pick(this.#ground.vehicles, vehicle), reading)
    const post = { ...this.#post(plate, capturedAt), ...(confidence !== null && { confidence }) }
    const seenBy = pick(gate.cameras, camera)
    this.#posts.push({ camera: seenBy, post })
    await this.read(seenBy, post, late ? 'hasty' : core, late)
  }

  #post(plate: string, capturedAt: Date): Post {
    this.#counted += 1
    return { eventId: `event ${this.#counted}`, plate, capturedAt: capturedAt.toISOString() }
  }

  /** A camera's post. */
  async read(
    camera: Camera,
    post: Post,
    core: CoreName = 'patient',
    heldBack = false,
  ): Promise<TurnpikeAnswer | undefined> {
    const expected = this.#doors[core].mayBeLate ? [200, 503] : [200]
    const { body, ...told } = await this.#ask(
      expected,
      core,
      'POST',
      `/v1/cameras/${camera.id}/events`,
      camera.key,
      post,
    )
    const answer = told.status === 200 ? (body as TurnpikeAnswer) : undefined
    const { eventId, confidence = 1 } = post
    const plate = toPlate(post.plate)!.plate
    this.history.reads.push({ ...told, camera, eventId, plate, sure: confidence >= 0.6, heldBack, answer })
    if (answer?.quote) this.#quotes.push(answer.quote)
    if (answer?.sessionId) this.#stays.set(camera.gate.id, answer.sessionId)
    return answer
  }

  /** A driver asks what is owed and pays it. */
  async #settle(core: CoreName, siteId: string, plate: string) {
    const { body } = await this.#ask([200], core, 'POST', '/v1/quotes', undefined, { siteId, plate })
    const { quote } = (body ?? {}) as { quote?: PublicQuote | null }
    if (!quote) return
    this.#quotes.push(quote)
    const factId = newId()
    await this.#pay(quote, `event of ${factId}`, factId, core)
  }

  /** A payment, whole or in part, of which the provider may tell twice: by the same event, or by another one. */
  async #payAgain(quote: Pick<PublicQuote, 'id' | 'amountMinor'>, { core, part, again }: Doing<'pay'>) {
    if (quote === undefined) return
    const sum = part ? Math.ceil(quote.amountMinor / 2) : quote.amountMinor
    const factId = newId()
    const events = { once: ['first'], event: ['first', 'first'], fact: ['first', 'second'] }[again]
    const pays = events.map((event) => this.#pay({ ...quote, amountMinor: sum }, `${event} of ${factId}`, factId, core))
    await Promise.all(pays)
  }

  async #pay(quote: Pick<PublicQuote, 'id' | 'amountMinor'>, eventId: string, factId: string, core: CoreName) {
    const { id: quoteId, amountMinor } = quote
    const capturedAt = this.#now.toISOString()
    const change = { kind: 'payment_captured', factId, reference: quoteId, amountMinor, currency: 'EUR', capturedAt }
    const event = JSON.stringify({ provider: 'stripe', eventId, eventType: 'checkout.session.completed', change })
    const token = await this.#ground.park.functionToken(event)
    const { body, ...told } = await this.#ask([200], core, 'POST', '/internal/payment-events', token, event)
    const { result } = (body ?? {}) as { result?: string }
    this.history.payments.push({ ...told, quoteId, amountMinor, factId, result })
  }

  async #report(gate: Gate, { core, did, namesStay }: Omit<Doing<'passage'>, 'kind' | 'gate'>) {
    // Two vehicles never pass in the same millisecond.
    this.#counted += 1
    const occurredAt = new Date(+this.#now + this.#counted)
    const sessionId = namesStay ? this.#stays.get(gate.id) : undefined
    const report = { kind: did, occurredAt: occurredAt.toISOString(), ...(sessionId && { sessionId }) }
    const told = await this.#ask([200], core, 'POST', `/v1/gates/${gate.id}/passages`, gate.key, report)
    this.history.passages.push({ ...told, gate, did, occurredAt })
  }

  /** The controller says what became of the newest command. */
  async #result(gate: Gate, { core, outcome }: Omit<Doing<'result'>, 'kind' | 'gate'>) {
    const newest = 'select id from commands where gate_id = $1 order by issued_at desc, id desc limit 1'
    const commandId = (await this.#ground.park.testDatabase.pool.query(newest, [gate.id])).rows[0]?.id
    if (commandId === undefined) return
    const url = `/v1/gates/${gate.id}/commands/${commandId}/result`
    const told = await this.#ask([200, 409], core, 'POST', url, gate.key, { outcome })
    this.history.results.push({ ...told, commandId, outcome })
  }

  async command(gateId: string, action: string, core: CoreName = 'patient') {
    const holds = action === 'hold_open' || action === 'block'
    const holdUntil = new Date(+this.#now + 60_000).toISOString()
    const command = { action, reason: 'as it was drawn', ...(holds && { holdUntil }) }
    await this.#ask([201], core, 'POST', `/v1/gates/${gateId}/commands`, 'operator', command)
  }

  async #change(table: 'sites' | 'subscriptions', id: string, change: object, core: CoreName) {
    const seen = await this.#ground.park.testDatabase.pool.query(`select version from ${table} where id = $1`, [id])
    const headers = { 'if-match': `"${seen.rows[0].version}"` }
    // Somebody else was faster (412), or the subscription has ended (409).
    await this.#ask([200, 409, 412], core, 'PATCH', `/v1/${table}/${id}`, 'operator', change, headers)
  }

  async work(core: CoreName = 'patient') {
    await this.#doors[core].work().catch((error: unknown) => this.history.failures.push(`the worker: ${error}`))
  }

  get #now(): Date {
    return new Date(this.#ground.park.clock.now)
  }

  async #ask(
    expected: number[],
    core: CoreName,
    method: Request['method'],
    url: string,
    key: string | undefined,
    said: unknown,
    more: Record<string, string> = {},
  ): Promise<Told & { body: unknown }> {
    const asked = ++this.#moments
    const at = this.#now
    const headers = { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }), ...more }
    const request = { method, url, from: this.#ground.address, headers, body: '' }
    request.body = typeof said === 'string' ? said : JSON.stringify(said)
    const { status, body } = await this.#doors[core].send(request)
    if (!expected.includes(status)) this.history.failures.push(`${method} ${url}: ${status} ${JSON.stringify(body)}`)
    return { asked, answered: ++this.#moments, at, status, body }
  }
}

function misread(plate: string, how: Doing<'read'>['reading']): string {
  switch (how) {
    case 'plain':
      return plate
    case 'lower case':
      return plate.toLowerCase().replace('k', '-k')
    case 'look-alike':
      return plate.replace(/0$/, 'O')
    case 'one edit':
      return plate.replace(/0$/, '7')
  }
}
