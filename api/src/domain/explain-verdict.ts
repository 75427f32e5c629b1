import { decimalAmount } from '@turnpike/contracts/currency-decimals.ts'
import type { ReasonCode } from '@turnpike/contracts/decision.ts'
import type { Verdict } from './decide.ts'
import type { Match, StoredFacts } from './facts.ts'

export type Explanation = {
  /** The rule that fired, as a sentence. */
  rule: string
  /** What it looked at: a name and a value each. */
  facts: [string, string][]
  /** How the sum came about, where one was asked for. */
  lines: { text: string; amount: string }[]
}

/** Says why a verdict is what it is, from the facts alone: no plate is in them, so none is in this. */
export function explainVerdict(made: StoredFacts, { reason, effect }: Verdict): Explanation {
  const { currency } = made.site
  const lines = effect.kind === 'quote' ? effect.lines : []
  const sum = effect.kind === 'quote' ? [{ text: `Asked for, ${currency}`, amountMinor: effect.amountMinor }] : []
  return {
    ...explainReason(made, reason),
    lines: [...lines, ...sum].map(({ text, amountMinor }) => ({ text, amount: decimalAmount(amountMinor, currency) })),
  }
}

/** The same without the sum, for a decision that was stored with its reason. */
export function explainReason(made: StoredFacts, reason: ReasonCode): Pick<Explanation, 'rule' | 'facts'> {
  const [rule, ...looks] = rules[reason]
  return { rule, facts: looks.flatMap((look) => look(made)) }
}

type Look = (made: StoredFacts) => [string, string][]

const gate: Look = ({ gate }) => [['gate', `${gate.direction}, ${gate.barrierMode}`]]
const age: Look = ({ read, site }) => {
  const seconds = (read.receivedAt.getTime() - read.capturedAt.getTime()) / 1000
  const kept = read.retransmitted ? ', kept back by the camera' : ''
  return [
    ['captured', `${read.capturedAt.toISOString()}${kept}`],
    ['age on arrival', `${seconds} s; this site takes up to ${site.maxReadAgeSeconds} s`],
  ]
}
const confidence: Look = ({ read, gate }) => [
  ['confidence', `${read.confidence ?? 'none given'}; this gate asks for ${gate.minConfidence}`],
]
const blacklist: Look = ({ blacklisted, blacklistedLookAlike }) => [
  ['blacklisted', yesNo(blacklisted)],
  ['a look-alike is', yesNo(blacklistedLookAlike)],
]
const places: Look = ({ site }) => [['place free', yesNo(site.placeFree)]]
const stay: Look = ({ session, site }) =>
  session === null
    ? [['open stay', 'none']]
    : [
        ['open stay', `${session.id}, since ${session.openedAt.toISOString()}, ${foundBy(session.match)}`],
        [
          'paid so far',
          `${decimalAmount(session.paidMinor, site.currency)} ${site.currency}${until(session.paidUntil)}`,
        ],
        ...adjusted(session.adjustedMinor, site.currency),
        [
          'subscription',
          session.subscriptionId === null ? 'none' : `${session.subscriptionId}${until(session.coveredUntil)}`,
        ],
      ]
/** Said only where somebody did. */
const adjusted = (minor: number, currency: string): [string, string][] =>
  minor === 0 ? [] : [['adjusted by', `${decimalAmount(minor, currency)} ${currency}`]]
const subscription: Look = ({ subscription }) =>
  subscription === null
    ? [['subscription', 'none']]
    : [
        ['subscription', `${subscription.id}, ${foundBy(subscription.match)}`],
        [
          'place in its pool',
          `${subscription.poolPlaceFree ? 'free' : 'none'}; else ${subscription.poolExhaustedPolicy}`,
        ],
        ['takes a place of the site', yesNo(!subscription.exemptFromCapacity)],
      ]
const tariff: Look = ({ tariff }) => [['tariff', tariff?.id ?? 'none']]
const limit: Look = ({ site }) => [
  ['plausible up to', `${decimalAmount(site.plausibleAmountMinor, site.currency)} ${site.currency}`],
]
const evidence: Look = ({ session, site }) =>
  session === null
    ? []
    : [
        ['read at an entry since', yesNo(session.readAtEntrySince)],
        ['read elsewhere since', yesNo(session.readElsewhereSince)],
        ['longest stay', `${site.maxStaySeconds} s`],
      ]
const reviewTimeout: Look = ({ site }) => [['when nobody has looked', site.reviewTimeoutPolicy]]
const unknownVehicles: Look = ({ site }) => [['unknown vehicles', site.unknownVehiclePolicy]]
const antiPassback: Look = ({ site }) => [['entering while inside', site.antiPassbackPolicy]]
const unseenEntry: Look = ({ site }) => [['leaving without an entry', site.exitWithoutSessionPolicy]]
const prepaidQuote: Look = ({ prepaidQuoteId }) => [['paid quote', prepaidQuoteId ?? 'none']]
const policy: Look = ({ decidedBy }) => [
  ['policy of the gate', typeof decidedBy === 'string' ? 'not asked' : `${decidedBy.policy}, for ${decidedBy.failure}`],
]

const rules: Record<ReasonCode, [string, ...Look[]]> = {
  subscription: ['A subscription covers the vehicle.', gate, subscription, stay],
  transient_entry: [
    'The site lets unknown vehicles in; they pay before they leave.',
    gate,
    subscription,
    unknownVehicles,
    places,
  ],
  pool_overflow: [
    'The pool of the subscription is taken, and its plan lets the vehicle in as a paying one.',
    subscription,
    places,
  ],
  already_inside_flagged: [
    'The vehicle is inside already; the site lets it in and has the old stay reviewed.',
    antiPassback,
    stay,
    places,
  ],
  prepaid: ['The vehicle has paid for this entry.', unknownVehicles, prepaidQuote, places],
  held_open: ['The barrier is held open: everybody drives through.', gate],
  free_period: ['The stay costs nothing so far.', stay, tariff],
  nothing_owed: ['What the stay costs is paid, or nothing says what it costs.', stay, tariff],
  paid: ['The stay is paid, and the time to leave is not over.', stay],
  exit_without_session: ['No entry of this vehicle is known, and the site lets such vehicles out.', stay, unseenEntry],
  prepay_required: ['The site asks for payment before entry.', unknownVehicles, prepaidQuote, places, tariff],
  payment_due: ['The stay costs more than was paid.', stay, tariff, limit],
  review_required: [
    'The stay costs more than is plausible, or its exit was probably missed: somebody has to look.',
    stay,
    evidence,
    tariff,
    limit,
  ],
  review_timed_out: [
    'Nobody has looked at the stay for as long as the site lets a car wait: it leaves, and is billed later.',
    stay,
    evidence,
    reviewTimeout,
  ],
  blacklisted: ['The vehicle is blacklisted here.', gate, blacklist],
  gate_blocked: ['The gate is blocked.', gate],
  already_inside: ['The vehicle is inside already, and the site does not let it in twice.', antiPassback, stay],
  pool_exhausted: ['The pool of the subscription is taken, and its plan lets no further vehicle in.', subscription],
  site_full: ['Every place is taken.', places, subscription],
  not_subscribed: [
    'The site is for subscribers, and this vehicle has no subscription that holds here and now.',
    unknownVehicles,
    subscription,
  ],
  no_session: ['No entry of this vehicle is known, and the site does not let such vehicles out.', stay, unseenEntry],
  read_too_old: ['The read came too late to decide anything: it is history.', age],
  awaiting_better_read: [
    'The camera doubts what it read: a better read decides, or the policy of the gate.',
    confidence,
  ],
  fallback_open: ['The rules could not decide, and the policy of the gate is to open.', gate, policy],
  fallback_allow_list: [
    'The rules could not decide, and the vehicle is one that the gate opens for all the same.',
    gate,
    policy,
    subscription,
    stay,
  ],
  fallback_closed: [
    'The rules could not decide, and the policy of the gate does not open for this vehicle.',
    gate,
    policy,
    subscription,
    stay,
  ],
}

const yesNo = (is: boolean) => (is ? 'yes' : 'no')
const until = (instant: Date | null) => (instant === null ? '' : `, until ${instant.toISOString()}`)
const foundBy = (match: Match) => (match === 'exact' ? 'found by its exact plate' : 'found by a look-alike plate')
