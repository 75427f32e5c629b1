import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TurnpikeAnswer } from '@turnpike/contracts/camera-event.ts'
import type { GateDirection } from '@turnpike/contracts/gate-command.ts'
import type { WrittenTariff } from '@turnpike/contracts/tariff.ts'
import type { FastifyInstance } from 'fastify'
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import type { LoggerOptions } from 'pino'
import { expect, vi } from 'vitest'
import { buildApp } from '../src/app.ts'
import { type Database, openDatabase } from '../src/db/client.ts'
import * as tables from '../src/db/schema.ts'
import { hashKey, storedKeys } from '../src/domain/device-key.ts'
import { defaultGatePolicies } from '../src/domain/fail-policy.ts'
import { toPlate } from '../src/domain/plate.ts'
import { openJournal } from '../src/journal.ts'
import { writeDocuments } from '../src/mirror/write-documents.ts'
import type { FunctionIdentity } from '../src/plugins/internal-auth.ts'
import type { VerifyIdToken } from '../src/plugins/operator-auth.ts'
import type { MirrorKind } from '../src/repositories/mirror-marks.ts'
import type { Webhooks } from '../src/routes/webhooks.ts'
import type { Accounts, Providers } from '../src/services/deps.ts'
import { createLaneMemory, type LaneMemory } from '../src/services/fallback/lane-memory.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'

/** 1.00 for each started half hour after 10 free minutes, at most 8.00 a day. */
export const plainTariff: WrittenTariff = {
  version: 1,
  entryGraceMinutes: 10,
  rate: { kind: 'steps', steps: [{ minutes: 30, amountMinor: 100 }] },
  day: { period: 'rolling', capMinor: 800 },
}

const unreachable = () => Promise.reject(new Error('no account is managed here'))
export const nobodysAccounts: Accounts = { invite: unreachable, setDisabled: unreachable, signOut: unreachable }

type SiteOptions = Partial<typeof tables.sites.$inferInsert> & { tariff?: WrittenTariff }
type Camera = { id: string; gateId: string; key: string }
export type Lane = { gateId: string; key: string; camera: Camera }
export type Site = { id: string; entry: Lane; exit: Lane }

export type CarParkOptions = {
  verifyIdToken?: VerifyIdToken
  accounts?: Accounts
  decisionDeadlineMs?: number
  /** How long a connection of a gate waits for an answer; the deadline, unless an answer that is too late shall be heard. */
  gatesWaitMs?: number
  trustProxy?: string
  logger?: LoggerOptions
  /** As before its first look: what Postgres does not decide in time is not decided by policy either. */
  looksUpNoLane?: boolean
  /** Whom it takes money through; nobody where it is left out. */
  providers?: Providers
  /** Asked for besides the function's own token. */
  functionIdentity?: FunctionIdentity
  /** Who tells the app itself, in the profile without Cloud Functions. */
  webhooks?: Webhooks
  /** The way to Postgres that the app takes, such as through a proxy that fails. */
  through?: (databaseUrl: string) => Promise<string>
}

/**
 * A car park on a database of its own, behind the app that ships, which connects with the rights that it has in production; what
 * takes more is `testDatabase.pool`'s. Time stands still until the test moves it. One per test file; each test makes its own site,
 * so that tests do not see each other's cars.
 */
export async function openCarPark(options: CarParkOptions = {}) {
  const testDatabase = await createTestDatabase()
  const database = openDatabase(testDatabase.appUrl, 'test', () => {}, { connections: 8 })
  const appUrl = (await options.through?.(testDatabase.appUrl)) ?? testDatabase.appUrl
  const journalFolder = await mkdtemp(join(tmpdir(), 'turnpike-journal-'))
  const keys = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const functionKeys = { keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'test', alg: 'EdDSA' }] }
  const clock = { now: new Date('2026-03-10T09:00:00Z') }
  const now = () => new Date(clock.now)
  const start: StartCore = async (decisionDeadlineMs) => {
    const ofApp = openDatabase(appUrl, 'test-app', () => {}, { connections: 8, withinMs: 10_000 })
    const ofGates = openDatabase(appUrl, 'test-gates', () => {}, {
      connections: 8,
      withinMs: options.gatesWaitMs ?? decisionDeadlineMs,
      planOnce: true,
    })
    const memory = createLaneMemory({ database: ofApp, now })
    const lanes = options.looksUpNoLane ? { ...memory, refresh: async () => {} } : memory
    const journal = openJournal(journalFolder, randomUUID(), { keptMs: 0 })
    const app = await buildApp({
      logger: options.logger ?? false,
      database: ofApp,
      gateDatabase: ofGates,
      journal,
      lanes,
      now,
      dashboardUrl: 'https://parking.example',
      decisionDeadlineMs,
      providers: options.providers ?? {},
      ...(options.webhooks && { profile: 'postgres_only' as const, webhooks: options.webhooks }),
      accounts: options.accounts ?? nobodysAccounts,
      verifyIdToken:
        options.verifyIdToken ??
        (() => Promise.reject(Object.assign(new Error('no operator signs in here'), { code: 'auth/argument-error' }))),
      trustProxy: options.trustProxy,
      functionKeys,
      functionIdentity: options.functionIdentity,
    })
    const close = async () => {
      await app.close()
      await Promise.all([ofApp.close(), ofGates.close(), journal.close()])
    }
    return { app, database: ofApp, gateDatabase: ofGates, lanes, close }
  }
  const core = await start(options.decisionDeadlineMs ?? 5_000)
  return new CarPark(testDatabase, database, core, clock, keys.privateKey, journalFolder, start)
}

/** The core as one process has it: its app, its connections, its memory. */
export type Core = {
  app: FastifyInstance
  database: Database
  gateDatabase: Database
  lanes: LaneMemory
  close(): Promise<void>
}
type StartCore = (decisionDeadlineMs: number) => Promise<Core>

export class CarPark {
  #passages = 0
  readonly core: Core
  readonly #cores: Core[]
  readonly #start: StartCore
  readonly testDatabase: TestDatabase
  /** Straight to Postgres, whatever way the app takes. */
  readonly database: Database
  readonly app: FastifyInstance
  readonly clock: { now: Date }
  readonly functionKey: CryptoKey
  readonly lanes: LaneMemory
  readonly journalFolder: string

  constructor(
    testDatabase: TestDatabase,
    database: Database,
    core: Core,
    clock: { now: Date },
    functionKey: CryptoKey,
    journalFolder: string,
    start: StartCore,
  ) {
    this.testDatabase = testDatabase
    this.core = core
    this.#cores = [core]
    this.#start = start
    this.database = database
    this.app = core.app
    this.clock = clock
    this.functionKey = functionKey
    this.lanes = core.lanes
    this.journalFolder = journalFolder
  }

  /** A further core on the same database and clock, as another process would be. */
  async anotherCore(decisionDeadlineMs: number): Promise<Core> {
    const core = await this.#start(decisionDeadlineMs)
    this.#cores.push(core)
    return core
  }

  async close() {
    for (const core of this.#cores) await core.close()
    await this.database.close()
    await this.testDatabase.drop()
    await rm(this.journalFolder, { recursive: true, force: true })
  }

  /** Whatever the app decided without Postgres is in it. */
  async broughtIn() {
    await vi.waitFor(async () => expect(await readdir(this.journalFolder)).toEqual([]), {
      timeout: 10_000,
      interval: 20,
    })
  }

  wait(minutes: number) {
    this.clock.now = new Date(this.clock.now.getTime() + minutes * 60_000)
  }

  /** Marks a subject as changed, and has the relay write what a minute later is to be seen of it. */
  async mirrored(kind: MirrorKind, subjectId: string) {
    await this.database.db.insert(tables.mirrorMarks).values({ kind, subjectId })
    this.wait(1)
    await writeDocuments(this.database, () => this.clock.now, 1_000)
  }

  async site(options: SiteOptions = {}): Promise<Site> {
    const id = await this.emptySite(options)
    return { id, entry: await this.lane(id, 'entry'), exit: await this.lane(id, 'exit') }
  }

  /** A plan of 49.00 a month that drivers may buy for this site; `said` is what differs. */
  async planOnOffer(siteId: string, said: Partial<typeof tables.plans.$inferInsert> = {}): Promise<string> {
    const { db } = this.database
    const id = randomUUID()
    const price = { amountMinor: 4900, currency: 'EUR', periodEvery: 1, periodUnit: 'month' as const }
    await db.insert(tables.plans).values({ id, name: 'Monthly', ...price, offeredPublicly: true, ...said })
    await db.insert(tables.planSites).values({ planId: id, siteId })
    return id
  }

  /** A site with its places and its tariff, and no gate yet. */
  async emptySite({ tariff = plainTariff, ...options }: SiteOptions = {}): Promise<string> {
    const { db } = this.database
    const id = randomUUID()
    const capacity = options.capacity ?? 10
    await db
      .insert(tables.sites)
      .values({ id, name: 'Central', timeZone: 'Europe/Berlin', currency: 'EUR', ...options, capacity })
    await db
      .insert(tables.tariffs)
      .values({ id: randomUUID(), siteId: id, revision: 1, validFrom: new Date('2001-01-01T00:00:00Z'), rules: tariff })
    if (capacity > 0)
      await db
        .insert(tables.siteSlots)
        .values(Array.from({ length: capacity }, (_, i) => ({ siteId: id, number: i + 1 })))
    return id
  }

  async lane(
    siteId: string,
    direction: GateDirection,
    gate: Partial<typeof tables.gates.$inferInsert> = {},
  ): Promise<Lane> {
    const key = randomKey()
    const gateId = randomUUID()
    const { db } = this.database
    await db.insert(tables.gates).values({
      id: gateId,
      siteId,
      name: direction,
      direction,
      controllerKeyHashes: [hashKey(key)],
      ...defaultGatePolicies(direction),
      ...gate,
    })
    await db.insert(tables.gatePasses).values({ gateId })
    return { gateId, key, camera: await this.camera(gateId) }
  }

  async camera(gateId: string, camera: Partial<typeof tables.cameras.$inferInsert> = {}): Promise<Camera> {
    const key = randomKey()
    const id = randomUUID()
    await this.database.db
      .insert(tables.cameras)
      .values({ id, gateId, name: 'camera', format: 'turnpike', ...storedKeys([key]), ...camera })
    return { id, gateId, key }
  }

  async plate(text: string): Promise<string> {
    const plate = toPlate(text)!
    const id = randomUUID()
    await this.database.db
      .insert(tables.plates)
      .values({ id, ...plate, raw: plate.plate })
      .onConflictDoNothing()
    const { rows } = await this.database.pool.query('select id from plates where plate = $1 and raw = $1', [
      plate.plate,
    ])
    return rows[0].id
  }

  async blacklist(plate: string, siteId: string | null, validUntil: Date | null = null) {
    await this.database.db.insert(tables.blacklistEntries).values({
      id: randomUUID(),
      plateId: await this.plate(plate),
      siteId,
      validFrom: new Date('2001-01-01T00:00:00Z'),
      validUntil,
      reason: 'unpaid',
    })
  }

  /** Something for an operator to look at; what it is about does not matter. */
  async alert(siteId: string, gateId: string | null = null): Promise<string> {
    const id = randomUUID()
    await this.database.db.insert(tables.alerts).values({
      id,
      siteId,
      gateId,
      kind: 'tailgated',
      subjectKind: 'gate',
      subjectId: randomUUID(),
      raisedAt: this.clock.now,
    })
    return id
  }

  async subscription(
    siteId: string,
    vehicles: string[],
    options: Partial<typeof tables.plans.$inferInsert> & { pool?: number; validUntil?: Date } = {},
  ): Promise<string> {
    const { db } = this.database
    const { pool = 1, validUntil, ...plan } = options
    const planId = randomUUID()
    const id = randomUUID()
    await db.insert(tables.plans).values({ id: planId, name: 'Monthly', ...plan })
    await db.insert(tables.subscriptions).values({
      id,
      planId,
      holder: 'Holder',
      validFrom: new Date('2001-01-01T00:00:00Z'),
      validUntil: validUntil ?? null,
      poolSize: pool,
    })
    await db.insert(tables.subscriptionSites).values({ subscriptionId: id, siteId })
    for (const vehicle of vehicles)
      await db.insert(tables.subscriptionVehicles).values({ subscriptionId: id, plateId: await this.plate(vehicle) })
    await db
      .insert(tables.subscriptionSlots)
      .values(Array.from({ length: pool }, (_, i) => ({ subscriptionId: id, number: i + 1 })))
    return id
  }

  /** A car in front of a gate, as its camera tells it. */
  async read(
    lane: Lane,
    plate: string,
    event: { eventId?: string; capturedAt?: Date; confidence?: number; candidates?: string[] } = {},
  ) {
    const response = await this.post(`/v1/cameras/${lane.camera.id}/events`, lane.camera.key, {
      eventId: event.eventId ?? randomUUID(),
      plate,
      capturedAt: (event.capturedAt ?? this.clock.now).toISOString(),
      ...(event.confidence === undefined ? {} : { confidence: event.confidence }),
      ...(event.candidates && { candidates: event.candidates.map((other) => ({ plate: other, confidence: 0.4 })) }),
    })
    if (response.statusCode !== 200) throw new Error(`the camera got ${response.statusCode}: ${response.body}`)
    return response.json() as TurnpikeAnswer
  }

  /** What the controller saw. Two vehicles never pass in the same millisecond: the same instant would be a repeat. */
  async passage(lane: Lane, kind: 'passed' | 'turned_back' | 'tailgated', at?: Date) {
    this.#passages += 1
    const occurredAt = at ?? new Date(this.clock.now.getTime() + this.#passages)
    const body = { kind, occurredAt: occurredAt.toISOString() }
    const response = await this.post(`/v1/gates/${lane.gateId}/passages`, lane.key, body)
    if (response.statusCode !== 200) throw new Error(`the controller got ${response.statusCode}: ${response.body}`)
  }

  post(url: string, key: string | undefined, body: unknown, app = this.app) {
    return app.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
      payload: typeof body === 'string' ? body : JSON.stringify(body),
    })
  }

  /** The token of a Cloud Function for exactly this body; `claims` override what a good one has. */
  async functionToken(body: string, claims: JWTPayload = {}, key: CryptoKey = this.functionKey): Promise<string> {
    const issuedAt = Math.floor(this.clock.now.getTime() / 1000)
    return new SignJWT({
      iss: 'turnpike-functions',
      aud: 'turnpike-api',
      iat: issuedAt,
      exp: issuedAt + 60,
      jti: randomUUID(),
      body_sha256: createHash('sha256').update(body).digest('hex'),
      ...claims,
    })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'test' })
      .sign(key)
  }

  /** What the function hands in when a provider says something about a payment. */
  async notify(eventType: string, change: Record<string, unknown>, eventId = `evt_${randomUUID()}`, app = this.app) {
    const body = JSON.stringify({ provider: 'stripe', eventId, eventType, change })
    return this.post('/internal/payment-events', await this.functionToken(body), body, app)
  }

  /** Money was captured. */
  pay(
    quoteId: string,
    amountMinor: number,
    options: { eventId?: string; factId?: string; currency?: string } = {},
    app = this.app,
  ) {
    const change = {
      kind: 'payment_captured',
      factId: options.factId ?? `pi_${randomUUID()}`,
      reference: quoteId,
      amountMinor,
      currency: options.currency ?? 'EUR',
      capturedAt: this.clock.now.toISOString(),
    }
    return this.notify('checkout.session.completed', change, options.eventId, app)
  }

  /** Money of a capture went back, or is contested; `said` is what differs from a refund of 2.00 that was made now. */
  async moneyBack(paymentFactId: string, said: Record<string, unknown> = {}, eventId?: string): Promise<string> {
    const change = {
      kind: 'payment_refunded',
      factId: `re_${randomUUID()}`,
      paymentFactId,
      state: 'succeeded',
      amountMinor: 200,
      currency: 'EUR',
      occurredAt: this.clock.now.toISOString(),
      ...said,
    }
    const response = await this.notify(`${change.kind}.of_test`, change, eventId)
    if (response.statusCode !== 200) throw new Error(`the function got ${response.statusCode}: ${response.body}`)
    return response.json().result
  }

  /** One row, for looking at what was stored. */
  async row(sql: string, values: unknown[] = []) {
    return (await this.database.pool.query(sql, values)).rows[0]
  }

  async count(sql: string, values: unknown[] = []): Promise<number> {
    return Number((await this.row(`select count(*) as n from ${sql}`, values)).n)
  }
}

function randomKey(): string {
  return randomBytes(32).toString('base64url')
}
