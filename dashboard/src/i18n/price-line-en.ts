/** The words of which a line of a price is made, on both pages. */
export type LineWords = typeof lineEn

export const lineEn = {
  free_minutes: (span: string) => `First ${span} free`,
  increments: (count: number, span: string, byTheClock: boolean) =>
    `${count} × ${span}${byTheClock ? ' by the clock' : ''}`,
  at: (sum: string) => ` at ${sum}`,
  free: ' free',
  flat: 'Flat price',
  bandFlat: ', flat',
  bandFree: ', free',
  freeOfCharge: 'Free of charge',
  parking: 'Parking',
  atMost: (sum: string) => `, at most ${sum}`,
  day: 'Day',
  stay: 'Stay',
  vatIncluded: (percent: string, sum: string) => `VAT ${percent} % included: ${sum}`,
  vatAdded: (percent: string) => `VAT ${percent} %`,
  prepaid: 'Entry',
  already_paid: 'Already paid',
  adjusted: 'Adjusted by the operator',
}
