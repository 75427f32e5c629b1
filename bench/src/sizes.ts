/** How much there is, and how long it is measured. */
export type Sizes = {
  data: {
    sites: number
    /** Places of each site. */
    capacity: number
    vehicles: number
    subscriptions: number
    /** Vehicles that belong to a subscription. */
    subscribed: number
    blacklisted: number
    open: number
    closed: number
    /** Reads, decisions, commands and audit entries are there for stays of so many days; what is older has been purged. */
    history_days: number
  }
  inFlight: number
  rounds: number
  roundSeconds: number
  /** Of each round and each open loop, before anything counts. */
  rampSeconds: number
  /** To find out what a load is a share of. */
  saturationSeconds: number
  /** At each load. */
  openLoops: number
  openLoopSeconds: number
  farSeconds: number
  /** For the comparison of what floor and server write. */
  checkedReads: number
}

/** What the promises of `docs/performance.md` are about. */
export const full: Sizes = {
  data: {
    sites: 100,
    capacity: 800,
    vehicles: 200_000,
    subscriptions: 50_000,
    subscribed: 60_000,
    blacklisted: 5_000,
    open: 20_000,
    closed: 1_000_000,
    history_days: 90,
  },
  inFlight: 32,
  rounds: 7,
  roundSeconds: 12,
  rampSeconds: 2,
  saturationSeconds: 6,
  openLoops: 3,
  openLoopSeconds: 25,
  farSeconds: 25,
  checkedReads: 1_000,
}

/** Everything once, in seconds: shows that the measurement works, and nothing else. */
export const quick: Sizes = {
  data: {
    sites: 20,
    capacity: 500,
    vehicles: 12_000,
    subscriptions: 4_000,
    subscribed: 4_500,
    blacklisted: 100,
    open: 4_000,
    closed: 2_000,
    history_days: 90,
  },
  inFlight: 8,
  rounds: 1,
  roundSeconds: 1,
  rampSeconds: 0.5,
  saturationSeconds: 1,
  openLoops: 1,
  openLoopSeconds: 1,
  farSeconds: 1,
  checkedReads: 200,
}
