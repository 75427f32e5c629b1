/** How much is measured. */
export type LiveSizes = {
  /** Lanes of each site; the screen with few lanes shows the first site alone, the one with many shows all. */
  lanesOf: number[]
  rates: { perSecond: number; seconds: number }[]
  warmUpSeconds: number
  backlog: number
  firstLoads: number
  wall: { perSecond: number; seconds: number; sampleSeconds: number }
}

export const full: LiveSizes = {
  lanesOf: [10, ...Array.from({ length: 10 }, () => 19)],
  rates: [
    { perSecond: 1, seconds: 30 },
    { perSecond: 20, seconds: 20 },
    { perSecond: 100, seconds: 20 },
  ],
  warmUpSeconds: 3,
  backlog: 10_000,
  firstLoads: 5,
  wall: { perSecond: 100, seconds: 300, sampleSeconds: 15 },
}

/** Everything once, in half a minute: whether it works, not how fast it is. */
export const quick: LiveSizes = {
  lanesOf: [2, 4],
  rates: [{ perSecond: 4, seconds: 2 }],
  warmUpSeconds: 0.5,
  backlog: 10,
  firstLoads: 1,
  wall: { perSecond: 4, seconds: 3, sampleSeconds: 1 },
}
