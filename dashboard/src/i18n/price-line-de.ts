import type { LineWords } from './price-line-en.ts'

export const lineDe: LineWords = {
  free_minutes: (span) => `Die ersten ${span} frei`,
  increments: (count, span, byTheClock) => `${count} × ${span}${byTheClock ? ' nach der Uhr' : ''}`,
  at: (sum) => ` zu ${sum}`,
  free: ' frei',
  flat: 'Pauschale',
  bandFlat: ', pauschal',
  bandFree: ', frei',
  freeOfCharge: 'Kostenlos',
  parking: 'Parken',
  atMost: (sum) => `, höchstens ${sum}`,
  day: 'Tag',
  stay: 'Aufenthalt',
  vatIncluded: (percent, sum) => `${percent} % USt. enthalten: ${sum}`,
  vatAdded: (percent) => `${percent} % USt.`,
  prepaid: 'Einfahrt',
  already_paid: 'Schon bezahlt',
  adjusted: 'Vom Betreiber angepasst',
}
