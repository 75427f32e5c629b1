import type { ProblemCode } from '@turnpike/contracts/problem.ts'
import type { ProviderLook } from '@turnpike/contracts/provider-list.ts'
import { lineEn } from '../../src/i18n/price-line-en.ts'

/** All that the drivers' pages say, in English. Another language has the same keys, or it does not compile. */
export const en = {
  title: 'Pay for parking',
  otherLanguage: 'Deutsch',
  scanCode: 'Scan the code at the exit, or open the link on its display.',
  callForHelp: 'Call for help if it stays closed.',
  tryAgain: 'Try again',
  offline: 'You are offline. This page goes on by itself as soon as there is a connection.',
  noConnection: 'No connection. Check your signal, then try again.',
  failed: 'That did not work',
  pageFailed: 'Something went wrong on this page. Try again, or call for help at the exit.',
  tooMany: 'Too many tries. Wait a minute, then try again.',
  serverDown: 'The car park cannot be reached right now. Try again in a moment.',
  /** The API's own sentence, which is English. */
  refused: (_code: ProblemCode | undefined, said: string) => said,
  back: 'Back',

  plateLabel: 'Your licence plate',
  showOwed: 'Show what I owe',
  nothingOwed: 'Nothing is owed here under this plate; check the spelling.',
  didYouMean: 'Easily mixed up. Did you mean:',
  payAdvance: 'Pay in advance',
  advanceHint:
    'Kept as credit for this plate and taken off your stay here, this one or the next. What is left over goes back to you.',
  advanceFor: (hours: number) => (hours === 24 ? '1 day' : `${hours} h`),
  buySubscription: 'Park often? See subscriptions',

  loadingPrice: 'Loading the price',
  toPay: 'To pay',
  toPayAdvance: 'In advance',
  parked: (from: string, to: string) => `Parked ${from} – ${to}`,
  total: 'Total',
  paySafely: ({ brand, takesCards }: ProviderLook) => (takesCards ? 'Pay with card' : `Pay with ${brand}`),
  validUntil: (time: string) => `This price is valid until ${time}.`,
  notSetUp: 'Paying online is not set up here. Please pay at the machine, or call for help.',
  wayDown: 'Paying this way does not work right now. Choose another way, or try again in a moment.',
  unknownPrice: 'This price is not known',
  unknownPriceHint: 'Scan the code at the exit again, or call for help there.',

  confirming: 'Confirming your payment',
  confirmingHint: 'This takes a few seconds. Please keep this page open.',
  sent: 'Payment sent',
  confirmation: 'Confirmation',
  laterHint:
    'Money by bank debit or eCheck takes days to arrive, and the barrier cannot wait for it. If you chose that, call for help at the exit: do not pay again.',
  notConfirmed: 'Not confirmed yet',
  notConfirmedHint:
    'If you completed the payment, do not pay again: the confirmation may still arrive. Call for help if the barrier stays closed.',
  lookAgain: 'Look again',
  didNotPay: 'I did not pay: back to the price',

  paid: 'Paid',
  paidLeaveBy: 'Paid. Please leave by ',
  creditPaid: 'Paid in advance',
  creditPaidHint: 'It is kept for your plate and taken off your stay. Drive to the exit as usual.',
  recorded: 'Your payment is recorded. Drive up to the barrier.',
  opensBy: (time: string) => `The barrier opens when you get there, until ${time}.`,
  barrier: {
    opening: 'The barrier is opening …',
    open: 'The barrier is open. Have a good trip!',
    opened: 'The barrier has opened. Have a good trip!',
    fault: 'The barrier reports a fault. Please call for help.',
    held_by_fire_input: 'The barrier is held open.',
  },
  receipt: 'Receipt',
  showReceipt: 'Show the receipt',

  expired: 'This price has expired',
  expiredHint: (site: string) => `Time went on at ${site}, so the price is worked out anew.`,
  stayEnded: 'This stay has ended',
  stayEndedHint: (site: string) =>
    `There is nothing to pay for it here any more. For a new stay, scan the code at ${site}.`,
  newPrice: 'Get a new price',

  line: lineEn,

  receiptNumber: 'Number',
  receiptFor: { stay: 'Parking', credit: 'Parking, paid in advance', subscription: 'Subscription' },
  paidAt: 'Paid',
  paidWith: ({ brand, takesCards }: ProviderLook) => (takesCards ? `by card (${brand})` : `with ${brand}`),
  stayed: 'Stay',
  net: (percent: string) => `Net, before VAT ${percent} %`,
  vat: (percent: string) => `VAT ${percent} %`,
  noVat: 'No VAT is shown for this payment.',
  refunded: (when: string) => `Paid back ${when}`,
  print: 'Print',
  keepLink: 'The address of this page stays valid: keep it instead of a paper.',
  unknownReceipt: 'There is no such receipt',

  plansTitle: 'Subscriptions',
  plansHint: 'Park without paying at the exit. The barrier knows your plate.',
  noPlans: 'No subscription is offered here at the moment.',
  per: {
    week: (every: number) => (every === 1 ? 'per week' : `every ${every} weeks`),
    month: (every: number) => (every === 1 ? 'per month' : `every ${every} months`),
    year: (every: number) => (every === 1 ? 'per year' : `every ${every} years`),
  },
  trial: (days: number) => (days === 1 ? 'first day free' : `first ${days} days free`),
  validAt: (sites: string) => `Valid at ${sites}`,
  choose: 'Choose',
  yourName: 'Name',
  yourEmail: 'E-mail',
  emailHint: 'The link with which you change vehicles or cancel goes there.',
  vehicles: 'Licence plates',
  vehiclesHint: 'One per line, up to 10.',
  startsOn: 'Starts',
  startsNow: 'now',
  startsOnDay: 'on a day',
  startDay: 'First day',
  paymentMethod: 'Pay with',
  method: ({ brand, takesCards }: ProviderLook) => (takesCards ? `Card (${brand})` : brand),
  subscribe: 'Go to payment',
  haveOne: 'Change or cancel a subscription',

  subscribing: 'Setting up your subscription',
  subscribed: 'You are subscribed',
  subscribedHint: (plan: string) =>
    `${plan} is set up. A link with which you change vehicles, see invoices or cancel is on its way to your e-mail address.`,
  subscribedFrom: (day: string) => `Your vehicles may park from ${day} on.`,
  notSubscribedYet: 'Not confirmed yet',
  notSubscribedYetHint:
    'If you completed the payment, you get an e-mail as soon as it is confirmed. Do not subscribe a second time.',
  subscriptionEnded: 'This subscription has ended',
  unknownSubscription: 'There is no such subscription',

  manageTitle: 'Your subscription',
  askLinkTitle: 'Change or cancel a subscription',
  askLinkHint: 'We mail you a link. With it you change vehicles, see invoices or cancel.',
  askLink: 'Mail me the link',
  linkSent: 'If there is a subscription with this address, a link is on its way to it.',
  linkOver: 'This link is not valid any more: ask for a new one.',
  status: {
    incomplete: 'not paid yet',
    trialing: 'free trial',
    active: 'active',
    past_due: 'payment overdue',
    unpaid: 'not paid',
    paused: 'paused',
    cancelled: 'ended',
  },
  ending: 'cancelled, still valid',
  mayPark: 'Your vehicles may park now.',
  mayNotPark: 'Your vehicles may not park now.',
  graceUntil: (day: string) => `Your payment is overdue. Your vehicles may park until ${day}.`,
  startsLater: (day: string) => `Begins on ${day}.`,
  renewsOn: (day: string) => `Renews on ${day}.`,
  endsOn: (day: string) => `Ends on ${day} and is not renewed.`,
  saveVehicles: 'Save plates',
  vehiclesSaved: 'Saved. The gates know them from now on.',
  cancel: 'Cancel subscription',
  cancelSure: 'Cancel at the end of the paid period?',
  cancelYes: 'Yes, cancel',
  cancelNo: 'No, keep it',
  resume: 'Keep the subscription after all',
  changeAsked: 'We passed it on. It shows here as soon as it is confirmed.',
  portal: 'Card and invoices',
  payments: 'Payments',
  noPayments: 'Nothing was charged yet.',
}

/** Any language's words. */
type Spoken<T> = T extends string
  ? string
  : { [K in keyof T]: T[K] extends (...args: infer A) => string ? (...args: A) => string : Spoken<T[K]> }
export type Words = Spoken<typeof en>
