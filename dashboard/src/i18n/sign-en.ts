import type { Widened } from './en.ts'

/** What the screen of signs says: apart from the rest, so that only it loads it. */
export type SignCatalogue = Widened<typeof signEn>

export const signEn = {
  title: 'Sign for drivers',
  print: 'Print',
  lead: "For the exit and the way to it. Print it only where the console is open at the address that drivers' phones can reach: the code leads there.",
  code: (address: string) => `QR code of ${address}`,
  scan: 'Scan to pay',
}
