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

/** The accounts that operators sign in with. What they may do is not known there. */
export type Accounts = {
  /** The uid of the account with this e-mail, made where there is none; nobody can use it but whoever reads that e-mail. */
  invite(email: string, name: string): Promise<{ uid: string; invitationUrl: string }>
  setDisabled(uid: string, disabled: boolean): Promise<void>
  /** Ends every session of the account. */
  signOut(uid: string): Promise<void>
}

/** What services are given from outside: wired in the process files and in tests, nowhere else. */
export type Deps = {
  database: Database
  now: () => Date
  /** Waits, in milliseconds. */
  pause: (milliseconds: number) => Promise<void>
  /** A new id that grows with time, so that newest first is by id. */
  newId: () => string
  /** A new key for a device: 256 random bits. */
  newKey: () => string
  dashboardUrl: string
  decisionDeadlineMs: number
  /** Begins a checkout at a provider and says where to send the driver. Absent: that provider is not configured. */
  checkouts: Partial<Record<ProviderName, (checkout: Checkout) => Promise<{ redirectUrl: string }>>>
  accounts: Accounts
  /** Hears that a command was committed here, so that its stream need not wait for the next poll. */
  wakeCommandStreams: () => void
}
