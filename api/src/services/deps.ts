import type { ProviderName } from '@turnpike/contracts/payment-event.ts'
import type { Database } from '../db/client.ts'

export type Checkout = {
  quoteId: string
  amountMinor: number
  currency: string
  description: string
  successUrl: string
  cancelUrl: string
  idempotencyKey: string
  /** When the quote ends. */
  expiresAt: Date
}

/** What services are given from outside: wired in the process files and in tests, nowhere else. */
export type Deps = {
  database: Database
  now: () => Date
  /** Waits, in milliseconds. */
  pause: (milliseconds: number) => Promise<void>
  /** A new id that grows with time, so that newest first is by id. */
  newId: () => string
  dashboardUrl: string
  decisionDeadlineMs: number
  /** Begins a checkout at a provider and says where to send the driver. Absent: that provider is not configured. */
  checkouts: Partial<Record<ProviderName, (checkout: Checkout) => Promise<{ redirectUrl: string }>>>
  /** Hears that a command was committed here, so that its stream need not wait for the next poll. */
  wakeCommandStreams: () => void
}
