import { z } from 'zod'
import { decisionItem, reasonCode } from './decision.ts'
import { barrierMode, gateDirection } from './gate-command.ts'
import {
  antiPassbackPolicy,
  exitWithoutSessionPolicy,
  failPolicy,
  failure,
  poolExhaustedPolicy,
  reviewTimeoutPolicy,
  unknownVehiclePolicy,
} from './site.ts'
import { id } from './values.ts'

/*
 * What a decision depended on, for people: names and words of closed lists, so that each language has all of them, and what a
 * language or a site writes in its own way. No id and no plate.
 */

export const lookName = z.enum([
  'gate',
  'captured',
  'age_on_arrival',
  'confidence',
  'blacklisted',
  'a_look_alike_is',
  'place_free',
  'open_stay',
  'paid_so_far',
  'adjusted_by',
  'subscription',
  'place_in_its_pool',
  'takes_a_place_of_the_site',
  'tariff',
  'plausible_up_to',
  'read_at_an_entry_since',
  'read_elsewhere_since',
  'longest_stay',
  'when_nobody_has_looked',
  'unknown_vehicles',
  'entering_while_inside',
  'leaving_without_an_entry',
  'paid_for_entry',
  'policy_of_the_gate',
])
export type LookName = z.infer<typeof lookName>

export const lookWord = z.enum([
  'yes',
  'no',
  'none',
  'none_given',
  'since',
  'until',
  'found_by_its_exact_plate',
  'found_by_a_look_alike_plate',
  'kept_back_by_the_camera',
  'this_site_takes_up_to',
  'this_gate_asks_for',
  'free',
  'else',
  'in_force',
  'not_asked',
  'for',
  ...gateDirection.options,
  ...barrierMode.options,
  ...unknownVehiclePolicy.options,
  ...antiPassbackPolicy.options,
  ...exitWithoutSessionPolicy.exclude(['deny']).options,
  ...poolExhaustedPolicy.exclude(['deny']).options,
  ...reviewTimeoutPolicy.options,
  ...failPolicy.options,
  ...failure.exclude(['api_down']).options,
])
export type LookWord = z.infer<typeof lookWord>

const lookPart = z.union([
  z.object({ word: lookWord }),
  z.object({ instant: z.iso.datetime() }),
  z.object({ amountMinor: z.int(), currency: z.string() }),
  z.object({ seconds: z.number() }),
  z.object({ share: z.number().describe('from 0 to 1') }),
])
export type LookPart = z.infer<typeof lookPart>

export const look = z.object({
  name: lookName,
  value: z.array(z.array(lookPart)).describe('clauses, each of words and values in their order'),
})
export type Look = z.infer<typeof look>

/** A name or a word in English, which it is written in. */
export const inEnglish = (word: LookName | LookWord) => word.replaceAll('_', ' ')

/** One decision with what it was made from. The facts name plates by id only. */
export const decisionDetail = decisionItem.extend({
  quoteId: id.nullable(),
  commandId: id.nullable(),
  rule: z.object({
    code: reasonCode,
    text: z.string().describe('what the lane display said'),
    rulesVersion: z.int().describe('the rules that were in force'),
    because: z.string().nullable().describe('the rule as a sentence; null for facts that are not read any more'),
    lookedAt: z.array(look).describe('what it depended on'),
  }),
  facts: z.unknown().describe('as they were loaded; the same facts and rules give the same answer'),
})
export type DecisionDetail = z.infer<typeof decisionDetail>
