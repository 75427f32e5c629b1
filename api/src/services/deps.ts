import type { JournalEntry, JournalRecord } from '@turnpike/contracts/journal.ts'
import type { PaymentEventResult, ProviderName } from '@turnpike/contracts/payment-event.ts'
import type { PaymentProvider } from '@turnpike/providers/provider.ts'
import type { Database } from '../db/client.ts'
import type { Plate } from '../domain/plate.ts'
import type { CommandRow } from '../repositories/commands.ts'
import type { AnswerMemory } from './fallback/answer-memory.ts'
import type { LaneMemory } from './fallback/lane-memory.ts'
import type { PassMemory } from './fallback/pass-memory.ts'
import type { FewAtOnce } from './few-at-once.ts'
import type { RoundTrips } from './round-trips.ts'
import type { Strangers } from './strangers.ts'

/** `isLeftAlone`: whether it has failed so often that nobody asks it for now. */
export type Providers = Partial<Record<ProviderName, PaymentProvider & { isLeftAlone?: () => boolean }>>

/** The accounts that operators sign in with. What they may do is not known there. */
export type Accounts = {
  /** The uid of the account with this e-mail, made where there is none; nobody can use it but whoever reads that e-mail. */
  invite(email: string, name: string): Promise<{ uid: string; invitationUrl: string }>
  setDisabled(uid: string, disabled: boolean): Promise<void>
  /** Ends every session of the account. */
  signOut(uid: string): Promise<void>
}

/** What was decided or reported while Postgres was away, on a disk of this machine until it is brought in. */
export type Journal = {
  /** Resolves once the record would survive a power cut. What could not be saved is still held, and tried to bring in. */
  append(record: JournalRecord): Promise<void>
  /** The sites at which this process knows something to be waiting, and what, in no order. */
  sites(): string[]
  heldAt(siteId: string): Iterable<JournalEntry>
  size(): number
  /** Takes notice of what other processes have left or brought in. */
  look(): Promise<void>
  /** It has been brought in. */
  remove(entry: JournalEntry): Promise<void>
  /** How many files have something that nobody can read. */
  damaged(): number
  /** The process ends: what is still held is left to whoever finds the folder. */
  close(): Promise<void>
}

/** What is enough to take in what a provider says, in whatever process. */
export type MoneyDeps = Pick<Deps, 'database' | 'now' | 'newId'>

/** Something that happens at a gate, to this vehicle where one is known: what waits of either comes before it. */
export type Happening = { siteId: string; gateId: string; plate?: Plate }

/** What services are given from outside: wired in the process files and in tests, nowhere else. */
export type Deps = {
  database: Database
  /** Connections for decisions alone, with little patience: reports and screens cannot use them up. */
  gateDatabase: Database
  now: () => Date
  /** Waits, in milliseconds. */
  pause: (milliseconds: number) => Promise<void>
  /** A new id that grows with time, so that newest first is by id. */
  newId: () => string
  /** A new key for a device: 256 random bits. */
  newKey: () => string
  dashboardUrl: string
  decisionDeadlineMs: number
  /** How far away Postgres is. */
  roundTrips: RoundTrips
  /** The reads that Postgres is deciding, and those that wait for their turn. */
  deciding: FewAtOnce
  /** Whom we take money through. Absent: that provider is not configured. */
  providers: Providers
  accounts: Accounts
  /** Hears that a command was committed here, so that its stream need not wait for the next poll. */
  wakeCommandStreams: () => void
  /** Sends a command that Postgres does not know yet to the controllers that listen here. */
  offerCommand: (command: CommandRow) => void
  /** Hears that a command has its result. */
  settleCommand: (commandId: string) => void
  journal: Journal
  /** Writes what the journal holds into Postgres: all of it, or what comes before `next`. Throws while that is away. */
  bringIn: (next?: Happening) => Promise<void>
  /** Whether something that was decided or reported without Postgres, and can be brought in now, comes before this. */
  waitsBefore: (next: Happening) => boolean
  /** Hears that a read was not decided by Postgres, and why. */
  noteFailure: (failure: 'db_down' | 'slow', cause: unknown) => void
  /** Hears what became of a notification of a provider. */
  notePaymentEvent: (provider: ProviderName, result: PaymentEventResult) => void
  /** Hears that a guard of the write did not hold, so that a read is decided again. */
  noteGuard: (guard: string) => void
  lanes: LaneMemory
  passes: PassMemory
  answers: AnswerMemory
  strangers: Strangers
}
