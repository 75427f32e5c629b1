import { decimalAmount } from '@turnpike/contracts/currency-decimals.ts'
import type { ReasonCode } from '@turnpike/contracts/decision.ts'
import type { Look, LookName, LookPart, LookWord } from '@turnpike/contracts/explanation.ts'
import type { Verdict } from './decide.ts'
import type { Match, StoredFacts } from './facts.ts'

export type Explanation = {
  /** The rule that fired, as a sentence. */
  rule: string
  /** What it looked at. */
  facts: Look[]
  /** How the sum came about, where one was asked for. */
  lines: { text: string; amount: string }[]
}

/** Says why a verdict is what it is, from the facts alone: no plate is in them, so none is in this. */
export function explainVerdict(made: StoredFacts, { reason, effect }: Verdict): Explanation {
  const { currency } = made.site
  const lines = effect.kind === 'quote' ? effect.lines : []
  const asked = effect.kind === 'quote' ? [{ text: `Asked for, ${currency}`, amountMinor: effect.amountMinor }] : []
  return {
    ...explainReason(made, reason),
    lines: [...lines, ...asked].map(({ text, amountMinor }) => ({
      text,
      amount: decimalAmount(amountMinor, currency),
    })),
  }
}

/** The same without the sum, for a decision that was stored with its reason. */
export function explainReason(made: StoredFacts, reason: ReasonCode): Pick<Explanation, 'rule' | 'facts'> {
  const [rule, ...looks] = rules[reason]
  return { rule, facts: looks.flatMap((look) => look(made)) }
}

type Clause = LookPart[]
type Looks = (made: StoredFacts) => Look[]

const look = (name: LookName, ...value: Clause[]): Look => ({ name, value })
const word = (...words: LookWord[]): Clause => words.map((word) => ({ word }))
const yesNo = (is: boolean) => word(is ? 'yes' : 'no')
const sum = (amountMinor: number, { currency }: { currency: string }): Clause => [{ amountMinor, currency }]
const at = (instant: Date): LookPart => ({ instant: instant.toISOString() })
const until = (instant: Date | null): Clause[] => (instant === null ? [] : [[{ word: 'until' }, at(instant)]])
const foundBy = (match: Match) => word(match === 'exact' ? 'found_by_its_exact_plate' : 'found_by_a_look_alike_plate')

const gate: Looks = ({ gate }) => [look('gate', word(gate.direction), word(gate.barrierMode))]
const age: Looks = ({ read, site }) => {
  const seconds = (read.receivedAt.getTime() - read.capturedAt.getTime()) / 1000
  return [
    look('captured', [at(read.capturedAt)], ...(read.retransmitted ? [word('kept_back_by_the_camera')] : [])),
    look('age_on_arrival', [{ seconds }], [{ word: 'this_site_takes_up_to' }, { seconds: site.maxReadAgeSeconds }]),
  ]
}
const confidence: Looks = ({ read, gate }) => [
  look('confidence', read.confidence === null ? word('none_given') : [{ share: read.confidence }], [
    { word: 'this_gate_asks_for' },
    { share: gate.minConfidence },
  ]),
]
const blacklist: Looks = ({ blacklisted, blacklistedLookAlike }) => [
  look('blacklisted', yesNo(blacklisted)),
  look('a_look_alike_is', yesNo(blacklistedLookAlike)),
]
const places: Looks = ({ site }) => [look('place_free', yesNo(site.placeFree))]
const stay: Looks = ({ session, site }) =>
  session === null
    ? [look('open_stay', word('none'))]
    : [
        look('open_stay', [{ word: 'since' }, at(session.openedAt)], foundBy(session.match)),
        look('paid_so_far', sum(session.paidMinor, site), ...until(session.paidUntil)),
        // Said only where somebody did.
        ...(session.adjustedMinor === 0 ? [] : [look('adjusted_by', sum(session.adjustedMinor, site))]),
        look(
          'subscription',
          ...(session.subscriptionId === null ? [word('none')] : [word('in_force'), ...until(session.coveredUntil)]),
        ),
      ]
const subscription: Looks = ({ subscription }) =>
  subscription === null
    ? [look('subscription', word('none'))]
    : [
        look('subscription', foundBy(subscription.match)),
        look(
          'place_in_its_pool',
          word(subscription.poolPlaceFree ? 'free' : 'none'),
          word('else', subscription.poolExhaustedPolicy),
        ),
        look('takes_a_place_of_the_site', yesNo(!subscription.exemptFromCapacity)),
      ]
const tariff: Looks = ({ tariff }) => [look('tariff', word(tariff === null ? 'none' : 'in_force'))]
const limit: Looks = ({ site }) => [look('plausible_up_to', sum(site.plausibleAmountMinor, site))]
const evidence: Looks = ({ session, site }) =>
  session === null
    ? []
    : [
        look('read_at_an_entry_since', yesNo(session.readAtEntrySince)),
        look('read_elsewhere_since', yesNo(session.readElsewhereSince)),
        look('longest_stay', [{ seconds: site.maxStaySeconds }]),
      ]
const reviewTimeout: Looks = ({ site }) => [look('when_nobody_has_looked', word(site.reviewTimeoutPolicy))]
const unknownVehicles: Looks = ({ site }) => [look('unknown_vehicles', word(site.unknownVehiclePolicy))]
const antiPassback: Looks = ({ site }) => [look('entering_while_inside', word(site.antiPassbackPolicy))]
const unseenEntry: Looks = ({ site }) => [look('leaving_without_an_entry', word(site.exitWithoutSessionPolicy))]
const prepaidQuote: Looks = ({ prepaidQuoteId }) => [look('paid_for_entry', yesNo(prepaidQuoteId !== null))]
const policy: Looks = ({ decidedBy }) => [
  look(
    'policy_of_the_gate',
    typeof decidedBy === 'string' ? word('not_asked') : word(decidedBy.policy, 'for', decidedBy.failure),
  ),
]

const rules: Record<ReasonCode, [string, ...Looks[]]> = {
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
