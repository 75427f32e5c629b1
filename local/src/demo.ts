import { randomUUID } from 'node:crypto'
import { openDatabase, type Tx } from '@turnpike/api/db/client.ts'
import * as tables from '@turnpike/api/db/schema.ts'
import { hashKey, storedKeys } from '@turnpike/api/domain/device-key.ts'
import { defaultGatePolicies } from '@turnpike/api/domain/fail-policy.ts'
import { toPlate } from '@turnpike/api/domain/plate.ts'
import { change, type Mark, unchanged } from '@turnpike/api/repositories/change.ts'
import { eq } from 'drizzle-orm'
import { blacklist, cameras, gates, operators, plans, sites, subscriptions } from './demo-data.ts'
import type { DemoKeys } from './demo-keys.ts'
import { onPool } from './local-database.ts'

/**
 * Puts the demo into the database and makes this machine's keys the valid ones; what is there stays as it is. Says whether the demo
 * was new.
 */
export async function seedDemo(databaseUrl: string, keys: DemoKeys, now: Date): Promise<{ fresh: boolean }> {
  const database = openDatabase(databaseUrl, 'seed', () => {}, { connections: 2 })
  try {
    const present = await database.db.select({ id: tables.sites.id }).from(tables.sites)
    const fresh = present.length === 0
    const actor = { kind: 'system', id: 'demo', requestId: null } as const
    if (fresh) await change(database.db, actor, now, (tx) => writeDemo(tx, keys, now))
    else await change(database.db, actor, now, (tx) => renewKeys(tx, keys))
    return { fresh }
  } finally {
    await database.close()
  }
}

/**
 * Looks before anything is written, the schema included.
 * @throws Error when the database is somebody else's: tables that are not ours, or sites that are not the demo's.
 */
export async function refuseForeignDatabase(databaseUrl: string): Promise<void> {
  await onPool(databaseUrl, async (pool) => {
    const { rows } = await pool.query("select table_name from information_schema.tables where table_schema = 'public'")
    const names = rows.map((row) => row.table_name)
    if (names.length === 0) return
    const found = names.includes('sites')
      ? (await pool.query('select id from sites')).rows
      : [{ id: 'no table of ours' }]
    if (found.every(({ id }) => sites.some((site) => site.id === id))) return
    throw new Error('DATABASE_URL names a database that is in use. npm start adds a demo: give it an empty one.')
  })
}

async function writeDemo(tx: Tx, keys: DemoKeys, now: Date) {
  await tx.insert(tables.sites).values(sites.map(({ tariff: _, ...site }) => site))
  await tx.insert(tables.tariffs).values(
    sites.map(({ id, tariff }) => ({
      id: randomUUID(),
      siteId: id,
      revision: 1,
      validFrom: aYearBefore(now),
      rules: tariff,
    })),
  )
  await tx.insert(tables.siteSlots).values(sites.flatMap(({ id, capacity }) => numbered(capacity, { siteId: id })))
  await tx.insert(tables.gates).values(
    gates.map((gate) => ({
      ...gate,
      ...defaultGatePolicies(gate.direction),
      controllerKeyHashes: [hashKey(keys.gates[gate.id]!)],
    })),
  )
  await tx.insert(tables.gatePasses).values(gates.map(({ id }) => ({ gateId: id })))
  await tx
    .insert(tables.cameras)
    .values(cameras.map((camera) => ({ ...camera, ...storedKeys([keys.cameras[camera.id]!]) })))

  const plateIds = await writePlates(tx)
  await tx.insert(tables.plans).values(
    plans.map(({ siteIds: _, offer, ...plan }) => ({
      ...plan,
      ...(offer && { ...offer, periodEvery: 1, periodUnit: 'month' as const, offeredPublicly: true }),
    })),
  )
  await tx
    .insert(tables.planSites)
    .values(plans.flatMap(({ id, siteIds }) => siteIds.map((siteId) => ({ planId: id, siteId }))))
  await tx.insert(tables.subscriptions).values(
    subscriptions.map(({ id, planId, holder, places }) => ({
      id,
      planId,
      holder,
      poolSize: places,
      validFrom: aYearBefore(now),
    })),
  )
  const own = subscriptions.map(({ id, ...subscription }) => ({ subscriptionId: id, ...subscription }))
  await tx
    .insert(tables.subscriptionSites)
    .values(own.flatMap(({ subscriptionId, siteIds }) => siteIds.map((siteId) => ({ subscriptionId, siteId }))))
  await tx
    .insert(tables.subscriptionVehicles)
    .values(
      own.flatMap(({ subscriptionId, plates }) =>
        plates.map((plate) => ({ subscriptionId, plateId: plateIds(plate) })),
      ),
    )
  await tx
    .insert(tables.subscriptionSlots)
    .values(own.flatMap(({ subscriptionId, places }) => numbered(places, { subscriptionId })))
  await tx
    .insert(tables.blacklistEntries)
    .values(
      blacklist.map(({ plate, ...entry }) => ({ ...entry, plateId: plateIds(plate), validFrom: aYearBefore(now) })),
    )

  await tx
    .insert(tables.operators)
    .values(operators.map(({ siteIds: _, uid, ...operator }) => ({ ...operator, firebaseUid: uid })))
  await tx
    .insert(tables.operatorSites)
    .values(operators.flatMap(({ id, siteIds }) => siteIds.map((siteId) => ({ operatorId: id, siteId }))))

  const marks: Mark[] = [
    ...sites.map(({ id }) => ({ kind: 'site' as const, id })),
    ...gates.map(({ id }) => ({ kind: 'gate' as const, id })),
    ...operators.map(({ id }) => ({ kind: 'operator' as const, id })),
  ]
  const audit = sites.map(({ id, name }) => ({
    action: 'demo.seeded',
    siteId: id,
    subjectKind: 'site',
    subjectId: id,
    after: { name },
  }))
  return { result: undefined, audit: [audit[0]!, ...audit.slice(1)] as const, marks }
}

/**
 * Another folder's demo, or an older one, may have seeded this database: it gets the cameras it lacks, and the keys of the folder
 * that starts now are the ones it prints.
 */
async function renewKeys(tx: Tx, keys: DemoKeys) {
  const renewed = []
  const present = await tx.select().from(tables.cameras).for('update')
  const added = cameras.filter(({ id }) => present.every((camera) => camera.id !== id))
  for (const camera of added) {
    await tx.insert(tables.cameras).values({ ...camera, ...storedKeys([keys.cameras[camera.id]!]) })
    renewed.push({ subjectKind: 'camera', subjectId: camera.id })
  }
  for (const camera of present) {
    const key = keys.cameras[camera.id]
    if (key === undefined || hashKey(key) in camera.digestHashes) continue
    await tx
      .update(tables.cameras)
      .set({ ...storedKeys([key]), version: camera.version + 1 })
      .where(eq(tables.cameras.id, camera.id))
    renewed.push({ subjectKind: 'camera', subjectId: camera.id })
  }
  for (const gate of await tx.select().from(tables.gates).for('update')) {
    const key = keys.gates[gate.id]
    if (key === undefined || gate.controllerKeyHashes.includes(hashKey(key))) continue
    await tx
      .update(tables.gates)
      .set({ controllerKeyHashes: [hashKey(key)], version: gate.version + 1 })
      .where(eq(tables.gates.id, gate.id))
    renewed.push({ subjectKind: 'gate', subjectId: gate.id })
  }
  const [first, ...others] = renewed.map((subject) => ({ ...subject, action: 'demo.key_renewed', siteId: null }))
  return first === undefined
    ? unchanged(undefined)
    : { result: undefined, audit: [first, ...others] as const, marks: [] }
}

async function writePlates(tx: Tx): Promise<(written: string) => string> {
  const written = [...subscriptions.flatMap(({ plates }) => plates), ...blacklist.map(({ plate }) => plate)]
  const rows = written.map((text) => {
    const { plate, skeleton } = toPlate(text)!
    return { id: randomUUID(), raw: plate, plate, skeleton }
  })
  await tx.insert(tables.plates).values(rows)
  return (text) => rows.find(({ plate }) => plate === toPlate(text)!.plate)!.id
}

const numbered = <T extends object>(count: number, owner: T) =>
  Array.from({ length: count }, (_, index) => ({ ...owner, number: index + 1 }))

const aYearBefore = (now: Date) => new Date(now.getTime() - 365 * 24 * 3_600_000)
