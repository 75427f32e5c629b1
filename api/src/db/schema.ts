import type { ProviderName } from '@turnpike/contracts/payment-event.ts'
import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  customType,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  real,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'

/*
 * The words of the house as tables. Constraints carry the invariants: races are settled here, not in code.
 * Plates live in `plates` alone; everything else refers to them by id, so that erasing a person is blanking a row.
 * Indexes for "newest first" ascend and are read backwards: a descending one would put nulls last, which no query asks for.
 */

export const gateDirection = pgEnum('gate_direction', ['entry', 'exit'])
export const barrierMode = pgEnum('barrier_mode', ['normal', 'held_open', 'blocked'])
export const actuation = pgEnum('actuation', ['reply', 'controller'])
export const observedState = pgEnum('observed_state', ['open', 'closed', 'held_by_fire_input', 'fault'])
export const cameraFormat = pgEnum('camera_format', ['turnpike', 'hikvision', 'dahua', 'axis'])
export const outcome = pgEnum('outcome', ['ALLOW', 'DENY', 'PAY'])
export const decisionMode = pgEnum('decision_mode', ['normal', 'fallback', 'history'])
export const disposition = pgEnum('disposition', ['decided', 'suppressed', 'pending', 'history'])
export const passageKind = pgEnum('passage_kind', ['passed', 'turned_back', 'tailgated', 'unknown'])
export const sessionState = pgEnum('session_state', ['open', 'closed', 'void', 'missed_exit'])
export const unknownVehiclePolicy = pgEnum('unknown_vehicle_policy', ['transient', 'prepaid', 'subscribers_only'])
export const antiPassbackPolicy = pgEnum('anti_passback_policy', ['flag', 'deny'])
export const exitWithoutSessionPolicy = pgEnum('exit_without_session_policy', ['open_and_flag', 'deny'])
export const poolExhaustedPolicy = pgEnum('pool_exhausted_policy', ['overflow_to_paying', 'deny'])
/** What happens to a car that waits at an exit for a review that nobody makes. */
export const reviewTimeoutPolicy = pgEnum('review_timeout_policy', ['open_and_bill_later', 'keep_closed'])
/** What becomes of money for a stay that was paid already. */
export const doublePaymentPolicy = pgEnum('double_payment_policy', ['refund', 'credit'])
export const commandAction = pgEnum('command_action', ['open', 'hold_open', 'block', 'release'])
export const commandOutcome = pgEnum('command_outcome', ['executed', 'failed', 'unknown'])
/** A domain, text of one shape: which names there are is told by the contracts alone, and one more is no migration. */
const providerName = customType<{ data: ProviderName }>({ dataType: () => 'provider_name' })
export const refundState = pgEnum('refund_state', ['pending', 'succeeded', 'failed'])
export const disputeState = pgEnum('dispute_state', ['open', 'won', 'lost'])
export const paymentEventState = pgEnum('payment_event_state', ['applied', 'accepted', 'ignored', 'parked'])
export const providerObjectKind = pgEnum('provider_object_kind', [
  'checkout',
  'payment',
  'refund',
  'dispute',
  'invoice',
  'subscription',
])
export const subscriptionStatus = pgEnum('subscription_status', [
  'incomplete',
  'trialing',
  'active',
  'past_due',
  'unpaid',
  'paused',
  'cancelled',
])
export const entitled = pgEnum('entitled', ['yes', 'no', 'until_grace', 'until_period_end'])
export const billingUnit = pgEnum('billing_unit', ['week', 'month', 'year'])
export const outboundCallKind = pgEnum('outbound_call_kind', [
  'checkout',
  'expire_checkout',
  'subscription_checkout',
  'refund',
  'subscription_action',
])
export const outboundCallState = pgEnum('outbound_call_state', ['pending', 'done', 'refused'])
export const operatorRole = pgEnum('operator_role', ['viewer', 'operator', 'manager', 'admin'])
export const actorKind = pgEnum('actor_kind', ['camera', 'controller', 'operator', 'driver', 'provider', 'system'])
export const failPolicy = pgEnum('fail_policy', ['open', 'closed', 'allow_list'])
export const matchKind = pgEnum('match_kind', ['exact', 'look_alike'])
export const alertKind = pgEnum('alert_kind', [
  'look_alike_blacklisted',
  'exit_without_session',
  'session_needs_review',
  'tailgated',
  'decided_in_fallback',
  'refund_during_stay',
  'refund_exceeds_payment',
  'payment_disputed',
  'camera_clock_jumped',
  'review_timed_out',
  'mirror_document_stuck',
  'payment_parked',
  'payment_surplus',
  'payment_late',
  'provider_call_refused',
])
export const alertState = pgEnum('alert_state', ['open', 'acknowledged', 'resolved'])
/** `decision` is what an older core may mark still: there are no such documents. */
export const mirrorKind = pgEnum('mirror_kind', ['site', 'gate', 'decision', 'session', 'payment', 'operator', 'alert'])

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
const key = () => uuid('id').primaryKey()
/** Grows with every write of the row: what a guard compares. */
const version = () => bigint('version', { mode: 'number' }).notNull().default(1)
const createdAt = () => instant('created_at').notNull().defaultNow()

export const sites = pgTable(
  'sites',
  {
    id: key(),
    name: text('name').notNull(),
    timeZone: text('time_zone').notNull(),
    currency: text('currency').notNull(),
    capacity: integer('capacity').notNull(),
    unknownVehiclePolicy: unknownVehiclePolicy('unknown_vehicle_policy').notNull().default('transient'),
    antiPassbackPolicy: antiPassbackPolicy('anti_passback_policy').notNull().default('flag'),
    exitWithoutSessionPolicy: exitWithoutSessionPolicy('exit_without_session_policy')
      .notNull()
      .default('open_and_flag'),
    maxReadAgeSeconds: integer('max_read_age_seconds').notNull().default(30),
    passWindowSeconds: integer('pass_window_seconds').notNull().default(6),
    quoteValidSeconds: integer('quote_valid_seconds').notNull().default(900),
    exitBufferSeconds: integer('exit_buffer_seconds').notNull().default(900),
    plausibleAmountMinor: integer('plausible_amount_minor').notNull().default(20_000),
    /** A longer stay is rather a missed exit: 30 days. */
    maxStaySeconds: integer('max_stay_seconds').notNull().default(2_592_000),
    reviewTimeoutPolicy: reviewTimeoutPolicy('review_timeout_policy').notNull().default('open_and_bill_later'),
    reviewTimeoutSeconds: integer('review_timeout_seconds').notNull().default(120),
    doublePaymentPolicy: doublePaymentPolicy('double_payment_policy').notNull().default('refund'),
    receiptIssuer: text('receipt_issuer'),
    version: version(),
    createdAt: createdAt(),
  },
  (t) => [
    check('sites_currency_iso', sql`${t.currency} ~ '^[A-Z]{3}$'`),
    check('sites_capacity_not_negative', sql`${t.capacity} >= 0`),
    check(
      'sites_seconds_positive',
      sql`${t.maxReadAgeSeconds} > 0 and ${t.passWindowSeconds} > 0 and ${t.quoteValidSeconds} > 0 and ${t.exitBufferSeconds} >= 0`,
    ),
    check('sites_plausible_amount_positive', sql`${t.plausibleAmountMinor} > 0`),
    check('sites_review_seconds_positive', sql`${t.maxStaySeconds} > 0 and ${t.reviewTimeoutSeconds} > 0`),
  ],
)

export const gates = pgTable(
  'gates',
  {
    id: key(),
    siteId: uuid('site_id')
      .notNull()
      .references(() => sites.id),
    name: text('name').notNull(),
    direction: gateDirection('direction').notNull(),
    barrierMode: barrierMode('barrier_mode').notNull().default('normal'),
    holdUntil: instant('hold_until'),
    actuation: actuation('actuation').notNull().default('controller'),
    waitSeconds: integer('wait_seconds').notNull().default(180),
    /** A read below it waits for a better one. */
    minConfidence: real('min_confidence').notNull().default(0.6),
    /** What the lane does when a decision cannot be made. No default: whoever makes a gate says it. */
    onApiDown: failPolicy('on_api_down').notNull(),
    onDbDown: failPolicy('on_db_down').notNull(),
    onSlow: failPolicy('on_slow').notNull(),
    onCameraUnsure: failPolicy('on_camera_unsure').notNull(),
    /** SHA-256 (hex) of every live key of its controller: two while rotating. */
    controllerKeyHashes: text('controller_key_hashes').array().notNull(),
    observedState: observedState('observed_state'),
    observedAt: instant('observed_at'),
    loopOccupied: boolean('loop_occupied'),
    /** Out of use for good: its records stay, its devices are shut out. */
    retiredAt: instant('retired_at'),
    version: version(),
    createdAt: createdAt(),
  },
  (t) => [
    index('gates_site').on(t.siteId),
    check('gates_one_or_two_keys', sql`cardinality(${t.controllerKeyHashes}) between 1 and 2`),
    check('gates_held_open_expires', sql`${t.barrierMode} <> 'held_open' or ${t.holdUntil} is not null`),
    check('gates_wait_positive', sql`${t.waitSeconds} > 0`),
    check('gates_min_confidence_range', sql`${t.minConfidence} between 0 and 1`),
  ],
)

export const cameras = pgTable(
  'cameras',
  {
    id: key(),
    gateId: uuid('gate_id')
      .notNull()
      .references(() => gates.id),
    name: text('name').notNull(),
    format: cameraFormat('format').notNull(),
    /** SHA-256 (hex) of every live key: two while rotating. */
    keyHashes: text('key_hashes').array().notNull(),
    /** By the hash of a live key, what HTTP Digest is checked against. Whoever reads these can speak as the camera. */
    digestHashes: jsonb('digest_hashes').$type<Record<string, { md5: string; sha256: string }>>().notNull().default({}),
    /** What the camera calls a motion → entry or exit. Empty: the camera sees one direction only. */
    directionMap: jsonb('direction_map').$type<Record<string, 'entry' | 'exit'>>().notNull().default({}),
    /** What its clock is ahead of ours: the age of a read is taken against it. Observed, so the version stays. */
    clockOffsetMs: bigint('clock_offset_ms', { mode: 'number' }).notNull().default(0),
    /** What its clock has jumped to, until an operator confirms it or it goes back. */
    clockJumpedToMs: bigint('clock_jumped_to_ms', { mode: 'number' }),
    /** The newest read that the clock was observed by. */
    clockReadId: uuid('clock_read_id'),
    revokedAt: instant('revoked_at'),
    version: version(),
    createdAt: createdAt(),
  },
  (t) => [
    index('cameras_gate').on(t.gateId),
    check('cameras_one_or_two_keys', sql`cardinality(${t.keyHashes}) between 1 and 2`),
  ],
)

/** The most that a camera's clock was ahead of ours in an hour: delay can only make it less. */
export const cameraClockHours = pgTable(
  'camera_clock_hours',
  {
    cameraId: uuid('camera_id')
      .notNull()
      .references(() => cameras.id),
    hour: instant('hour').notNull(),
    mostMs: bigint('most_ms', { mode: 'number' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.cameraId, t.hour] })],
)

export const plates = pgTable(
  'plates',
  {
    id: key(),
    /** As written; null once erased. The row whose raw text is the plate itself stands for the vehicle. */
    raw: text('raw'),
    plate: text('plate'),
    skeleton: text('skeleton'),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex('plates_plate_raw').on(t.plate, t.raw),
    index('plates_skeleton').on(t.skeleton).where(sql`${t.raw} = ${t.plate}`),
    // Of every spelling: Postgres takes a vehicle's own row for one in thousands, and would read a partial index as a whole.
    index('plates_fragment').using('gin', sql`${t.plate} gin_trgm_ops`),
    check(
      'plates_erased_as_a_whole',
      sql`(${t.raw} is null) = (${t.plate} is null) and (${t.raw} is null) = (${t.skeleton} is null)`,
    ),
  ],
)

export const plans = pgTable(
  'plans',
  {
    id: key(),
    name: text('name').notNull(),
    poolExhaustedPolicy: poolExhaustedPolicy('pool_exhausted_policy').notNull().default('overflow_to_paying'),
    exemptFromCapacity: boolean('exempt_from_capacity').notNull().default(false),
    /** What a provider charges each period; all null where nobody charges. */
    amountMinor: integer('amount_minor'),
    currency: text('currency'),
    periodEvery: integer('period_every'),
    periodUnit: billingUnit('period_unit'),
    trialDays: integer('trial_days').notNull().default(0),
    offeredPublicly: boolean('offered_publicly').notNull().default(false),
    /** How long vehicles may park after a payment failed. */
    graceDays: integer('grace_days').notNull().default(7),
    version: version(),
    createdAt: createdAt(),
  },
  (t) => [
    index('plans_public').on(t.id).where(sql`${t.offeredPublicly}`),
    check(
      'plans_priced_as_a_whole',
      sql`num_nulls(${t.amountMinor}, ${t.currency}, ${t.periodEvery}, ${t.periodUnit}) in (0, 4)`,
    ),
    check('plans_amount_positive', sql`${t.amountMinor} > 0`),
    check('plans_currency_iso', sql`${t.currency} ~ '^[A-Z]{3}$'`),
    check('plans_public_have_price', sql`not ${t.offeredPublicly} or ${t.amountMinor} is not null`),
    check('plans_days_not_negative', sql`${t.trialDays} >= 0 and ${t.graceDays} >= 0`),
  ],
)

/** Where a plan is offered: only there may its subscriptions park, and whoever manages all of them may change it. */
export const planSites = pgTable(
  'plan_sites',
  {
    planId: uuid('plan_id')
      .notNull()
      .references(() => plans.id),
    siteId: uuid('site_id')
      .notNull()
      .references(() => sites.id),
  },
  (t) => [primaryKey({ columns: [t.planId, t.siteId] }), index('plan_sites_site').on(t.siteId)],
)

type ChargedPrice = {
  amountMinor: number
  currency: string
  period: { every: number; unit: 'week' | 'month' | 'year' }
}

export const subscriptions = pgTable(
  'subscriptions',
  {
    id: key(),
    planId: uuid('plan_id')
      .notNull()
      .references(() => plans.id),
    holder: text('holder').notNull(),
    validFrom: instant('valid_from').notNull(),
    validUntil: instant('valid_until'),
    /** How many of its vehicles may be inside at once. There are that many slots, and more only until they get free. */
    poolSize: integer('pool_size').notNull().default(1),
    /** Who collects its money, and its id there. Null: operators alone look after it, and its status stays `active`. */
    provider: providerName('provider'),
    providerObjectId: text('provider_object_id'),
    /** Where its holder is written to, and in which language. */
    email: text('email'),
    language: text('language').notNull().default('en'),
    status: subscriptionStatus('status').notNull().default('active'),
    /** The status says active, and nobody collects. */
    collectionPaused: boolean('collection_paused').notNull().default(false),
    /** When we learned of its status: a stay that it does not cover any more is charged from then on. */
    statusSince: instant('status_since').notNull().defaultNow(),
    graceUntil: instant('grace_until'),
    currentPeriodEnd: instant('current_period_end'),
    cancelAtPeriodEnd: boolean('cancel_at_period_end').notNull().default(false),
    /** What its provider charges, as we last understood it; null: it has not said yet. */
    charged: jsonb('charged').$type<ChargedPrice>(),
    version: version(),
    createdAt: createdAt(),
  },
  (t) => [
    index('subscriptions_holder').using('gin', sql`${t.holder} gin_trgm_ops`),
    uniqueIndex('subscriptions_provider_object').on(t.provider, t.providerObjectId),
    index('subscriptions_email').on(sql`lower(${t.email})`).where(sql`${t.email} is not null`),
    check('subscriptions_object_has_provider', sql`${t.providerObjectId} is null or ${t.provider} is not null`),
    check('subscriptions_valid_range', sql`${t.validUntil} is null or ${t.validUntil} >= ${t.validFrom}`),
    check('subscriptions_pool_size_positive', sql`${t.poolSize} > 0`),
  ],
)

/** Whether vehicles may park by the status of their subscription: for every gate from its next read on. */
export const entitlementRules = pgTable(
  'entitlement_rules',
  {
    status: subscriptionStatus('status').notNull(),
    collectionPaused: boolean('collection_paused').notNull(),
    entitled: entitled('entitled').notNull(),
  },
  (t) => [primaryKey({ columns: [t.status, t.collectionPaused] })],
)

export const subscriptionSites = pgTable(
  'subscription_sites',
  {
    subscriptionId: uuid('subscription_id')
      .notNull()
      .references(() => subscriptions.id),
    siteId: uuid('site_id')
      .notNull()
      .references(() => sites.id),
  },
  (t) => [primaryKey({ columns: [t.subscriptionId, t.siteId] }), index('subscription_sites_site').on(t.siteId)],
)

export const subscriptionVehicles = pgTable(
  'subscription_vehicles',
  {
    subscriptionId: uuid('subscription_id')
      .notNull()
      .references(() => subscriptions.id),
    plateId: uuid('plate_id')
      .notNull()
      .references(() => plates.id),
  },
  (t) => [primaryKey({ columns: [t.subscriptionId, t.plateId] }), index('subscription_vehicles_plate').on(t.plateId)],
)

export const sessions = pgTable(
  'sessions',
  {
    id: key(),
    siteId: uuid('site_id')
      .notNull()
      .references(() => sites.id),
    plateId: uuid('plate_id')
      .notNull()
      .references(() => plates.id),
    /** What was read at the entry, where a later read of the same pass corrected it. */
    correctedFromPlateId: uuid('corrected_from_plate_id').references(() => plates.id),
    state: sessionState('state').notNull().default('open'),
    subscriptionId: uuid('subscription_id').references(() => subscriptions.id),
    needsReview: boolean('needs_review').notNull().default(false),
    entryDecisionId: uuid('entry_decision_id'),
    exitDecisionId: uuid('exit_decision_id'),
    openedAt: instant('opened_at').notNull(),
    closedAt: instant('closed_at'),
    paidUntil: instant('paid_until'),
    version: version(),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex('sessions_one_open_per_vehicle_and_site').on(t.siteId, t.plateId).where(sql`${t.state} = 'open'`),
    index('sessions_site_newest').on(t.siteId, t.openedAt, t.id),
    index('sessions_site_ended').on(t.siteId, t.closedAt, t.id).where(sql`${t.closedAt} is not null`),
    index('sessions_to_review').on(t.siteId, t.closedAt, t.id).where(sql`${t.needsReview}`),
    index('sessions_plate').on(t.plateId),
    check('sessions_open_has_no_end', sql`(${t.state} = 'open') = (${t.closedAt} is null)`),
  ],
)

/** One place of a site's capacity. A free place is a row that holds no session. */
export const siteSlots = pgTable(
  'site_slots',
  {
    siteId: uuid('site_id')
      .notNull()
      .references(() => sites.id),
    number: integer('number').notNull(),
    sessionId: uuid('session_id').references(() => sessions.id),
    /** The site has more places than its capacity since it was made smaller: a trigger removes the row once it gets free. */
    surplus: boolean('surplus').notNull().default(false),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.number] }),
    uniqueIndex('site_slots_session').on(t.sessionId),
    index('site_slots_free').on(t.siteId).where(sql`${t.sessionId} is null`),
  ],
)

/** One place of a subscription's pool: how many of its vehicles may be inside at once. */
export const subscriptionSlots = pgTable(
  'subscription_slots',
  {
    subscriptionId: uuid('subscription_id')
      .notNull()
      .references(() => subscriptions.id),
    number: integer('number').notNull(),
    sessionId: uuid('session_id').references(() => sessions.id),
    /** The pool has more places than its size since it was made smaller: a trigger removes the row once it gets free. */
    surplus: boolean('surplus').notNull().default(false),
  },
  (t) => [
    primaryKey({ columns: [t.subscriptionId, t.number] }),
    uniqueIndex('subscription_slots_session').on(t.sessionId),
    index('subscription_slots_free').on(t.subscriptionId).where(sql`${t.sessionId} is null`),
  ],
)

/** Append-only: a trigger refuses update and delete, so that what priced a stay can always be shown. */
export const tariffs = pgTable(
  'tariffs',
  {
    id: key(),
    siteId: uuid('site_id')
      .notNull()
      .references(() => sites.id),
    /** Counts up per site; the newest one that is valid at the entry prices the stay. */
    revision: integer('revision').notNull(),
    validFrom: instant('valid_from').notNull(),
    rules: jsonb('rules').$type<unknown>().notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex('tariffs_site_revision').on(t.siteId, t.revision),
    index('tariffs_site_valid').on(t.siteId, t.validFrom.desc()),
  ],
)

export const quotes = pgTable(
  'quotes',
  {
    id: key(),
    siteId: uuid('site_id')
      .notNull()
      .references(() => sites.id),
    plateId: uuid('plate_id')
      .notNull()
      .references(() => plates.id),
    /** Null at a prepaid site: there is no stay yet. */
    sessionId: uuid('session_id').references(() => sessions.id),
    tariffId: uuid('tariff_id')
      .notNull()
      .references(() => tariffs.id),
    amountMinor: integer('amount_minor').notNull(),
    currency: text('currency').notNull(),
    lines: jsonb('lines').$type<{ text: string; amountMinor: number }[]>().notNull(),
    chargedFrom: instant('charged_from').notNull(),
    pricedAt: instant('priced_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    paidAt: instant('paid_at'),
    /** Paid in advance, of whatever stay: opens nothing by itself. */
    credit: boolean('credit').notNull().default(false),
    /** Nobody has to look first: no review, and the plate is exactly that of the stay. Only then may it be charged by itself. */
    chargeAutomatically: boolean('charge_automatically').notNull().default(false),
    createdAt: createdAt(),
  },
  (t) => [
    index('quotes_session').on(t.sessionId),
    index('quotes_prepaid').on(t.siteId, t.plateId).where(sql`${t.sessionId} is null`),
    check('quotes_amount_positive', sql`${t.amountMinor} > 0`),
  ],
)

export const payments = pgTable(
  'payments',
  {
    id: key(),
    siteId: uuid('site_id')
      .notNull()
      .references(() => sites.id),
    provider: providerName('provider').notNull(),
    /** The provider's id of the capture itself: two events of one capture are one payment. */
    factId: text('fact_id').notNull(),
    quoteId: uuid('quote_id').references(() => quotes.id),
    /** Null beside a quote: credit of the quote's vehicle, until it has a stay to be netted against. */
    sessionId: uuid('session_id').references(() => sessions.id),
    /** A period of which it paid. */
    subscriptionId: uuid('subscription_id').references(() => subscriptions.id),
    amountMinor: integer('amount_minor').notNull(),
    currency: text('currency').notNull(),
    capturedAt: instant('captured_at').notNull(),
    /** What all payments of its stay must leave together, so that this one lets the vehicle leave. Null: it lets nobody leave. */
    neededMinor: integer('needed_minor'),
    /** When its stay, which was over, was found to need no more, or what it left over went on. */
    settledUpAt: instant('settled_up_at'),
    /** Consecutive within the site; given as its transaction commits. */
    receiptNumber: integer('receipt_number'),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex('payments_receipt_number').on(t.siteId, t.receiptNumber),
    uniqueIndex('payments_fact').on(t.provider, t.factId),
    index('payments_session').on(t.sessionId),
    index('payments_quote').on(t.quoteId),
    index('payments_subscription').on(t.subscriptionId).where(sql`${t.subscriptionId} is not null`),
    index('payments_credit').on(t.quoteId).where(sql`${t.sessionId} is null and ${t.quoteId} is not null`),
    index('payments_to_settle_up').on(t.sessionId).where(sql`${t.sessionId} is not null and ${t.settledUpAt} is null`),
    index('payments_site_newest').on(t.siteId, t.capturedAt, t.id),
    check('payments_amount_positive', sql`${t.amountMinor} > 0`),
  ],
)

/** How far the receipts of a site are numbered. Apart from the site, which every decision reads and whose changes every process looks for. */
export const receiptCounters = pgTable('receipt_counters', {
  siteId: uuid('site_id')
    .primaryKey()
    .references(() => sites.id),
  last: integer('last').notNull(),
})

/** Money that went back, keyed by the provider's id of the refund: several events of one refund are one row. */
export const refunds = pgTable(
  'refunds',
  {
    id: key(),
    provider: providerName('provider').notNull(),
    factId: text('fact_id').notNull(),
    /** The provider's id of the capture. Null beside it: we were told of the refund before its payment. */
    paymentFactId: text('payment_fact_id').notNull(),
    paymentId: uuid('payment_id').references(() => payments.id),
    amountMinor: integer('amount_minor').notNull(),
    currency: text('currency').notNull(),
    occurredAt: instant('occurred_at').notNull(),
    state: refundState('state').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex('refunds_fact').on(t.provider, t.factId),
    index('refunds_payment').on(t.paymentId),
    index('refunds_before_payment').on(t.provider, t.paymentFactId).where(sql`${t.paymentId} is null`),
    index('refunds_newest').on(t.occurredAt).where(sql`${t.state} = 'succeeded'`),
    check('refunds_amount_positive', sql`${t.amountMinor} > 0`),
  ],
)

/** A payment that its payer contests, keyed by the provider's id of the dispute. */
export const disputes = pgTable(
  'disputes',
  {
    id: key(),
    provider: providerName('provider').notNull(),
    factId: text('fact_id').notNull(),
    paymentFactId: text('payment_fact_id').notNull(),
    paymentId: uuid('payment_id').references(() => payments.id),
    amountMinor: integer('amount_minor').notNull(),
    currency: text('currency').notNull(),
    occurredAt: instant('occurred_at').notNull(),
    state: disputeState('state').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex('disputes_fact').on(t.provider, t.factId),
    index('disputes_payment').on(t.paymentId),
    index('disputes_before_payment').on(t.provider, t.paymentFactId).where(sql`${t.paymentId} is null`),
    check('disputes_amount_positive', sql`${t.amountMinor} > 0`),
  ],
)

/** What an operator takes off a stay's sum, or puts on it, beside its price. Append-only: taken back by another one. */
export const adjustments = pgTable(
  'adjustments',
  {
    id: key(),
    sessionId: uuid('session_id')
      .notNull()
      .references(() => sessions.id),
    amountMinor: integer('amount_minor').notNull(),
    reason: text('reason').notNull(),
    operatorId: uuid('operator_id')
      .notNull()
      .references(() => operators.id),
    createdAt: createdAt(),
  },
  (t) => [index('adjustments_session').on(t.sessionId), check('adjustments_not_zero', sql`${t.amountMinor} <> 0`)],
)

/**
 * A thing at a provider that has changed: to be fetched, never believed from a notification. `fetchSeq` numbers the fetches; what
 * was fetched is written only if no later fetch was, `appliedSeq`.
 */
export const providerObjects = pgTable(
  'provider_objects',
  {
    provider: providerName('provider').notNull(),
    kind: providerObjectKind('kind').notNull(),
    objectId: text('object_id').notNull(),
    reference: text('reference'),
    fetchSeq: bigint('fetch_seq', { mode: 'number' }).notNull().default(0),
    appliedSeq: bigint('applied_seq', { mode: 'number' }).notNull().default(0),
    /** Grows with every notification: one that comes during a fetch asks for another. */
    wanted: bigint('wanted', { mode: 'number' }).notNull().default(1),
    /** When it is to be fetched; null: what we have is what was wanted. */
    dueAt: instant('due_at'),
    failures: integer('failures').notNull().default(0),
    /** When what was fetched was last written: long after that nobody tells of it any more. */
    fetchedAt: instant('fetched_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.provider, t.kind, t.objectId] }),
    index('provider_objects_settled').on(t.fetchedAt).where(sql`${t.dueAt} is null`),
    index('provider_objects_due').on(t.dueAt).where(sql`${t.dueAt} is not null`),
  ],
)

/** What we ask a provider to do: written before it is asked, so that a crash leaves nothing half done. */
export const outboundCalls = pgTable(
  'outbound_calls',
  {
    id: key(),
    kind: outboundCallKind('kind').notNull(),
    provider: providerName('provider').notNull(),
    /** The same key is the same request, here and at the provider. */
    idempotencyKey: text('idempotency_key').notNull(),
    /** The quote, payment or subscription that it is about. */
    subjectId: uuid('subject_id').notNull(),
    request: jsonb('request').$type<unknown>().notNull(),
    state: outboundCallState('state').notNull().default('pending'),
    result: jsonb('result').$type<unknown>(),
    detail: text('detail'),
    attempts: integer('attempts').notNull().default(0),
    /** When the completer asks, or asks again; null once it is done or refused. */
    dueAt: instant('due_at'),
    createdAt: createdAt(),
    finishedAt: instant('finished_at'),
  },
  (t) => [
    uniqueIndex('outbound_calls_key').on(t.idempotencyKey),
    index('outbound_calls_subject').on(t.subjectId),
    index('outbound_calls_finished').on(t.finishedAt).where(sql`${t.finishedAt} is not null`),
    index('outbound_calls_due').on(t.dueAt).where(sql`${t.dueAt} is not null`),
    check('outbound_calls_pending_is_due', sql`(${t.state} = 'pending') = (${t.dueAt} is not null)`),
  ],
)

/** How far back the next look for lost notifications of a provider begins. */
export const reconcileCursors = pgTable('reconcile_cursors', {
  provider: providerName('provider').primaryKey(),
  since: instant('since').notNull(),
})

/** SHA-256 (hex) of the tokens by which a holder looks after a subscription; each is in one mail and ends by itself. */
export const holderTokens = pgTable(
  'holder_tokens',
  {
    hash: text('hash').primaryKey(),
    subscriptionId: uuid('subscription_id')
      .notNull()
      .references(() => subscriptions.id),
    expiresAt: instant('expires_at').notNull(),
    createdAt: createdAt(),
  },
  (t) => [index('holder_tokens_expiry').on(t.expiresAt)],
)

/** A letter with a new link to its holder, to be sent: its token is made when it goes out, so that it is never stored. */
export const holderMails = pgTable(
  'holder_mails',
  {
    id: key(),
    subscriptionId: uuid('subscription_id')
      .notNull()
      .references(() => subscriptions.id),
    attempts: integer('attempts').notNull().default(0),
    dueAt: instant('due_at'),
    createdAt: createdAt(),
  },
  (t) => [index('holder_mails_due').on(t.dueAt).where(sql`${t.dueAt} is not null`)],
)

/** The inbox: one row per provider notification. */
export const paymentEvents = pgTable(
  'payment_events',
  {
    id: key(),
    provider: providerName('provider').notNull(),
    eventId: text('event_id').notNull(),
    eventType: text('event_type').notNull(),
    state: paymentEventState('state').notNull(),
    change: jsonb('change').$type<unknown>().notNull(),
    paymentId: uuid('payment_id').references(() => payments.id),
    receivedAt: instant('received_at').notNull(),
  },
  (t) => [
    uniqueIndex('payment_events_provider_event').on(t.provider, t.eventId),
    index('payment_events_parked').on(t.receivedAt, t.id).where(sql`${t.state} = 'parked'`),
    index('payment_events_accepted')
      .on(t.provider, sql`(${t.change} ->> 'objectId')`)
      .where(sql`${t.state} = 'accepted'`),
  ],
)

/** Token ids that were used: a second use is a replay. Purged once the token has expired. */
export const usedTokens = pgTable(
  'used_tokens',
  {
    jti: text('jti').primaryKey(),
    expiresAt: instant('expires_at').notNull(),
  },
  (t) => [index('used_tokens_expiry').on(t.expiresAt)],
)

export const blacklistEntries = pgTable(
  'blacklist_entries',
  {
    id: key(),
    plateId: uuid('plate_id')
      .notNull()
      .references(() => plates.id),
    /** Null: all sites. */
    siteId: uuid('site_id').references(() => sites.id),
    validFrom: instant('valid_from').notNull(),
    validUntil: instant('valid_until'),
    reason: text('reason').notNull(),
    version: version(),
    createdAt: createdAt(),
  },
  (t) => [
    index('blacklist_entries_plate').on(t.plateId),
    check('blacklist_entries_valid_range', sql`${t.validUntil} is null or ${t.validUntil} >= ${t.validFrom}`),
  ],
)

/** Names a camera's post. Inserted first on the decision path: a repeat finds the stored decision here. */
export const readKeys = pgTable(
  'read_keys',
  {
    cameraId: uuid('camera_id')
      .notNull()
      .references(() => cameras.id),
    eventId: text('event_id').notNull(),
    readId: uuid('read_id').notNull(),
    decisionId: uuid('decision_id'),
    /** The `open` that this post was answered with, where it is not the decision's own. */
    commandId: uuid('command_id'),
    receivedAt: instant('received_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.cameraId, t.eventId] }), index('read_keys_received').on(t.receivedAt)],
)

export const reads = pgTable(
  'reads',
  {
    id: key(),
    siteId: uuid('site_id').notNull(),
    gateId: uuid('gate_id').notNull(),
    cameraId: uuid('camera_id').notNull(),
    eventId: text('event_id').notNull(),
    trackId: text('track_id'),
    rawPlateId: uuid('raw_plate_id')
      .notNull()
      .references(() => plates.id),
    plateId: uuid('plate_id')
      .notNull()
      .references(() => plates.id),
    confidence: real('confidence'),
    capturedAt: instant('captured_at').notNull(),
    receivedAt: instant('received_at').notNull(),
    /** The camera says that it kept it back and sent it late. */
    retransmitted: boolean('retransmitted').notNull().default(false),
    disposition: disposition('disposition').notNull(),
    decisionId: uuid('decision_id'),
  },
  (t) => [
    index('reads_camera_newest').on(t.cameraId, t.receivedAt, t.id),
    index('reads_camera_track').on(t.cameraId, t.trackId, t.id.desc()).where(sql`${t.trackId} is not null`),
    check('reads_confidence_range', sql`${t.confidence} between 0 and 1`),
  ],
)

export const decisions = pgTable(
  'decisions',
  {
    id: key(),
    siteId: uuid('site_id').notNull(),
    gateId: uuid('gate_id').notNull(),
    cameraId: uuid('camera_id').notNull(),
    readId: uuid('read_id').notNull(),
    plateId: uuid('plate_id')
      .notNull()
      .references(() => plates.id),
    outcome: outcome('outcome').notNull(),
    reason: text('reason').notNull(),
    mode: decisionMode('mode').notNull(),
    /** What the decision was made from; plates only by id. */
    facts: jsonb('facts').$type<unknown>().notNull(),
    rulesVersion: integer('rules_version').notNull(),
    /** The vehicle it was taken for: the one of the stay, the subscription or the blacklist entry. */
    matchedPlateId: uuid('matched_plate_id').references(() => plates.id),
    matchKind: matchKind('match_kind'),
    sessionId: uuid('session_id'),
    quoteId: uuid('quote_id'),
    commandId: uuid('command_id'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    // With what is filtered and counted by: a rare kind is looked for, and traffic counted, without a look at the wide rows.
    index('decisions_gate_newest').on(t.gateId, t.createdAt, t.id, t.outcome, t.reason, t.mode),
    index('decisions_session').on(t.sessionId).where(sql`${t.sessionId} is not null`),
    index('decisions_plate_newest').on(t.plateId, t.id.desc()),
  ],
)

/** The newest pass at a gate: what a further read is compared with, and who waits. One row per gate. */
export const gatePasses = pgTable('gate_passes', {
  gateId: uuid('gate_id')
    .primaryKey()
    .references(() => gates.id),
  decisionId: uuid('decision_id'),
  plateId: uuid('plate_id').references(() => plates.id),
  trackId: text('track_id'),
  outcome: outcome('outcome'),
  sessionId: uuid('session_id').references(() => sessions.id),
  quoteId: uuid('quote_id').references(() => quotes.id),
  commandId: uuid('command_id'),
  /** Of the read that was decided; null when the camera gave none. */
  confidence: real('confidence'),
  /** The read was not sure enough: a better one decides, or the worker by the gate's policy. */
  pending: boolean('pending').notNull().default(false),
  firstReadAt: instant('first_read_at'),
  /** Reads since then may be of this pass, whatever their plates. */
  firstReadId: uuid('first_read_id'),
  decidedAt: instant('decided_at'),
  /** When the vehicle was reported, or inferred, to have moved on. */
  passageAt: instant('passage_at'),
  version: version(),
})

export const commands = pgTable(
  'commands',
  {
    id: key(),
    siteId: uuid('site_id')
      .notNull()
      .references(() => sites.id),
    gateId: uuid('gate_id')
      .notNull()
      .references(() => gates.id),
    action: commandAction('action').notNull(),
    reason: text('reason').notNull(),
    /** False where the camera's reply already opened the barrier: then the stream stays silent. */
    streamed: boolean('streamed').notNull(),
    decisionId: uuid('decision_id'),
    paymentId: uuid('payment_id').references(() => payments.id),
    operatorId: uuid('operator_id').references(() => operators.id),
    issuedAt: instant('issued_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    holdUntil: instant('hold_until'),
    outcome: commandOutcome('outcome'),
    outcomeAt: instant('outcome_at'),
    detail: text('detail'),
  },
  (t) => [
    index('commands_pending').on(t.gateId, t.issuedAt).where(sql`${t.outcome} is null`),
    index('commands_gate_newest').on(t.gateId, t.issuedAt),
    check('commands_expire_later', sql`${t.expiresAt} > ${t.issuedAt}`),
    check('commands_outcome_has_time', sql`(${t.outcome} is null) = (${t.outcomeAt} is null)`),
  ],
)

export const passages = pgTable(
  'passages',
  {
    id: key(),
    siteId: uuid('site_id')
      .notNull()
      .references(() => sites.id),
    gateId: uuid('gate_id')
      .notNull()
      .references(() => gates.id),
    kind: passageKind('kind').notNull(),
    sessionId: uuid('session_id').references(() => sessions.id),
    decisionId: uuid('decision_id'),
    occurredAt: instant('occurred_at').notNull(),
    receivedAt: instant('received_at').notNull(),
  },
  (t) => [
    // A controller that repeats a report names the same instant.
    uniqueIndex('passages_reported_once').on(t.gateId, t.occurredAt, t.kind),
    // The newest ones tell what the clock of the controller shows.
    index('passages_received').on(t.gateId, t.receivedAt),
    index('passages_session').on(t.sessionId),
  ],
)

export const operators = pgTable(
  'operators',
  {
    id: key(),
    firebaseUid: text('firebase_uid').notNull(),
    email: text('email').notNull(),
    name: text('name').notNull(),
    role: operatorRole('role').notNull(),
    signedInAt: instant('signed_in_at'),
    disabledAt: instant('disabled_at'),
    version: version(),
    createdAt: createdAt(),
  },
  (t) => [uniqueIndex('operators_firebase_uid').on(t.firebaseUid), uniqueIndex('operators_email').on(t.email)],
)

/** The sites of every operator but admins, who have all. */
export const operatorSites = pgTable(
  'operator_sites',
  {
    operatorId: uuid('operator_id')
      .notNull()
      .references(() => operators.id),
    siteId: uuid('site_id')
      .notNull()
      .references(() => sites.id),
  },
  (t) => [primaryKey({ columns: [t.operatorId, t.siteId] })],
)

/** Append-only: triggers refuse update, delete and truncate. */
export const auditEntries = pgTable(
  'audit_entries',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    at: instant('at').notNull(),
    siteId: uuid('site_id'),
    actorKind: actorKind('actor_kind').notNull(),
    actorId: text('actor_id'),
    action: text('action').notNull(),
    subjectKind: text('subject_kind').notNull(),
    subjectId: text('subject_id').notNull(),
    before: jsonb('before').$type<unknown>(),
    after: jsonb('after').$type<unknown>(),
    reason: text('reason'),
    requestId: text('request_id'),
  },
  (t) => [
    index('audit_entries_site_newest').on(t.siteId, t.at, t.id),
    index('audit_entries_subject').on(t.subjectKind, t.subjectId),
  ],
)

/**
 * What a process decided or was told while Postgres was away, once it has been brought in. `sequence` counts per process without
 * a gap: one that is missing was lost.
 */
export const journalEntries = pgTable(
  'journal_entries',
  {
    deviceId: uuid('device_id').notNull(),
    sequence: integer('sequence').notNull(),
    kind: text('kind').notNull(),
    gateId: uuid('gate_id').notNull(),
    broughtInAt: instant('brought_in_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.deviceId, t.sequence] })],
)

/** Grows by a row whenever who may park is changed: triggers insert, so that a process sees when what it remembers is old. */
export const entitlementChanges = pgTable('entitlement_changes', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  at: createdAt(),
})

/** Something an operator should look at. One open alert per kind and subject. */
export const alerts = pgTable(
  'alerts',
  {
    id: key(),
    siteId: uuid('site_id')
      .notNull()
      .references(() => sites.id),
    gateId: uuid('gate_id').references(() => gates.id),
    kind: alertKind('kind').notNull(),
    subjectKind: text('subject_kind').notNull(),
    subjectId: uuid('subject_id').notNull(),
    state: alertState('state').notNull().default('open'),
    raisedAt: instant('raised_at').notNull(),
    resolvedAt: instant('resolved_at'),
    version: version(),
  },
  (t) => [
    uniqueIndex('alerts_one_unresolved').on(t.kind, t.subjectId).where(sql`${t.state} <> 'resolved'`),
    index('alerts_site_newest').on(t.siteId, t.raisedAt, t.id),
  ],
)

/** A document of the mirror that must be written again. Insert-only but for `dueAt`: the relay coalesces. */
export const mirrorMarks = pgTable(
  'mirror_marks',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    kind: mirrorKind('kind').notNull(),
    subjectId: uuid('subject_id').notNull(),
    createdAt: createdAt(),
    /** Null: at once. Later, where writing the document failed: it must not hold up the others. */
    dueAt: instant('due_at'),
    /** How often it failed. */
    failures: integer('failures').notNull().default(0),
  },
  (t) => [
    // Rights pass every backlog.
    index('mirror_marks_operators').on(t.id).where(sql`${t.kind} = 'operator'`),
    index('mirror_marks_set_aside').on(t.kind, t.subjectId).where(sql`${t.dueAt} is not null`),
  ],
)

/**
 * The documents of the mirror, as the API streams them and as Firestore shall have them. The state is read under the row's lock, so
 * that versions only grow and a higher one never holds older state.
 */
export const mirrorDocuments = pgTable(
  'mirror_documents',
  {
    kind: mirrorKind('kind').notNull(),
    subjectId: uuid('subject_id').notNull(),
    /** Null until the state was read once, and where another subject has taken the path over. */
    path: text('path'),
    /** Null for documents of no site: operators. */
    siteId: uuid('site_id'),
    /** Milliseconds of the clock, or one more than before: also a restored or emptied database is ahead of what Firestore has. */
    version: bigint('version', { mode: 'number' }).notNull(),
    /** Null for a subject that is gone. */
    data: jsonb('data').$type<Record<string, unknown>>(),
    writtenAt: instant('written_at').notNull(),
    /** The version that Firestore has. */
    pushedVersion: bigint('pushed_version', { mode: 'number' }).notNull().default(0),
    pushedAt: instant('pushed_at'),
    /** How often in a row Firestore did not take the document, and when this version is offered again. */
    pushFailures: integer('push_failures').notNull().default(0),
    pushDueAt: instant('push_due_at'),
  },
  (t) => [
    primaryKey({ columns: [t.kind, t.subjectId] }),
    uniqueIndex('mirror_documents_path').on(t.path),
    index('mirror_documents_written').on(t.writtenAt),
    index('mirror_documents_site').on(t.siteId),
    index('mirror_documents_next_push')
      .on(sql`(${t.kind} = 'operator') desc`, sql`(${t.kind} in ('site', 'gate')) desc`, t.writtenAt)
      .where(sql`${t.pushedVersion} < ${t.version}`),
    index('mirror_documents_refused').on(t.kind, t.subjectId).where(sql`${t.pushFailures} > 0`),
  ],
)
