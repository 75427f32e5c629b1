import type { GateDocument, OperatorDocument, SiteDocument } from '@turnpike/contracts/live-documents.ts'

/** Documents as the relay writes them, each with what a test needs to be different. */

export const uid = 'operator-uid'
export const siteA = '00000000-0000-4000-8000-00000000000a'
export const siteB = '00000000-0000-4000-8000-00000000000b'
export const gateA = '00000000-0000-4000-8000-0000000000a1'

const updatedAt = '2026-03-10T09:00:00.000Z'

export const operator = (change: Partial<OperatorDocument> = {}): OperatorDocument => ({
  v: 1,
  updatedAt,
  name: 'Ada',
  role: 'operator',
  sites: [siteA, siteB],
  disabled: false,
  ...change,
})

export const site = (change: Partial<SiteDocument> = {}): SiteDocument => ({
  v: 1,
  updatedAt,
  name: 'Harbour',
  timeZone: 'Europe/Berlin',
  currency: 'EUR',
  capacity: 10,
  inside: 1,
  placesTaken: 1,
  today: null,
  openAlerts: 0,
  gates: null,
  ...change,
})

export const gate = (change: Partial<GateDocument> = {}): GateDocument => ({
  v: 1,
  updatedAt,
  siteId: siteA,
  name: 'North',
  direction: 'entry',
  barrierMode: 'normal',
  holdUntil: null,
  retired: false,
  observedState: null,
  camera: null,
  lastDecision: null,
  waiting: null,
  lastCommand: null,
  ...change,
})
