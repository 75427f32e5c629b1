import type { AlertKind } from '@turnpike/contracts/live-documents.ts'
import type { Widened } from './en.ts'

/** What each kind of alert says, and what to do about it: apart from the rest, so that only the list of alerts loads it. */
export type AlertCatalogue = Widened<typeof alertsEn>

export const alertsEn = {
  kinds: {
    look_alike_blacklisted: 'Looks like a blacklisted plate',
    exit_without_session: 'Exit without an entry',
    session_needs_review: 'A stay needs review',
    tailgated: 'A car followed another through',
    decided_in_fallback: 'Decided by a failure policy',
    refund_during_stay: 'Refunded while inside',
    refund_exceeds_payment: 'More refunded than paid',
    payment_disputed: 'A payment is disputed',
    camera_clock_jumped: 'The clock of a camera jumped',
    review_timed_out: 'Let out because nobody reviewed',
    mirror_document_stuck: 'A screen document is stuck',
    payment_parked: 'Money that belongs to nothing known',
    payment_surplus: 'Paid more than was owed',
    payment_late: 'Heard late of a payment',
    provider_call_refused: 'Refused by the payment provider',
  } satisfies Record<AlertKind, string>,
  advice: {
    look_alike_blacklisted: 'Compare the plates. Blacklisting denies exact plates only.',
    exit_without_session: 'Find out when it came in; if it was misread, correct the plate of the stay that is left.',
    session_needs_review: 'Open the stay, look at its timeline, then correct or end it.',
    tailgated: 'Look for a vehicle inside without an entry.',
    decided_in_fallback: 'Check what was let out without paying.',
    refund_during_stay: 'The exit will ask for money again. Waive it if the refund was meant to be final.',
    refund_exceeds_payment: 'Check the refunds with the payment provider.',
    payment_disputed: 'Answer the dispute at the payment provider.',
    camera_clock_jumped: 'Set the clock of the camera right, or confirm that it counts as it is now.',
    review_timed_out: 'Look at the stay: what it owes was not collected.',
    mirror_document_stuck: 'The relay’s log says why. It goes by itself once the document arrives.',
    payment_parked: 'Say whose it is, or dismiss it, under Payments, Unmatched.',
    payment_surplus:
      'It goes back, or is kept for the next stay, by the policy of the site. Where a refund of it failed, refund it at the provider.',
    payment_late: 'The car was let out all the same. Check how long notifications take.',
    provider_call_refused: 'Do it at the payment provider itself.',
  } satisfies Record<AlertKind, string>,
  clock: {
    confirm: 'Confirm clock',
    title: 'Confirm the clock of the camera',
    text: 'Where the camera is wrong, set it right: this alert then goes by itself. Otherwise its clock as it is now is what reads are aged against.',
    shows: (camera: string, ours: string) => `The camera shows ${camera}, and it is ${ours}.`,
    steady: 'Its clock has gone back: there is nothing to confirm.',
  },
}
