import { setTimeout as pause } from 'node:timers/promises'
import type { Faults } from './faults.ts'

/** Where a provider's webhooks go, and how it signs: anew for each attempt. */
export type Endpoint = { url: string; headers(body: string): Record<string, string> }

/** One notification on its way: the same bytes at every attempt. `done` is told whether it arrived. */
export type Notification = { name: string; body: string; done(delivered: boolean): void }

const firstPauseMs = 500
const longestPauseMs = 30_000
const answerWithinMs = 20_000
const overtakenWithinMs = 2000

/**
 * Sends webhooks as providers do: repeated with pauses that double until one is answered with 2xx; a redirect is a failure. What
 * `faults` ask for happens on the way. `stop` forgets what is not delivered.
 */
export class Webhooks {
  readonly #endpoint: Endpoint
  readonly #faults: Faults
  readonly #log: (line: string) => void
  readonly #stopped = new AbortController()
  #held: Notification[] = []
  #overtaken: (() => void)[] = []

  constructor(endpoint: Endpoint, faults: Faults, log: (line: string) => void = () => {}) {
    this.#endpoint = endpoint
    this.#faults = faults
    this.#log = log
  }

  /** Settles when the first delivery was answered or failed, or when there will be none for now. */
  async send(notification: Notification): Promise<void> {
    if (this.#faults.happens(this.#faults.drop)) return this.#log(`${notification.name}: dropped`)
    if (this.#faults.hold) {
      this.#held.push(notification)
      return this.#log(`${notification.name}: held`)
    }
    if (this.#faults.happens(this.#faults.reorder)) await this.#letOthersPass()
    const first = this.#begin(notification)
    const overtaken = this.#overtaken.splice(0)
    await first
    for (const goOn of overtaken) goOn()
    if (this.#faults.happens(this.#faults.duplicate)) await this.#deliver(notification)
  }

  /** Sends what was held, in the given order, one after the other. */
  async release(order: 'given' | 'reversed'): Promise<number> {
    const held = this.#held.splice(0)
    if (order === 'reversed') held.reverse()
    for (const notification of held) await this.#begin(notification)
    return held.length
  }

  stop(): void {
    this.#stopped.abort()
  }

  async #begin(notification: Notification): Promise<void> {
    if (!(await this.#deliver(notification))) void this.#repeat(notification)
  }

  #letOthersPass(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#overtaken.push(resolve)
    setTimeout(resolve, overtakenWithinMs).unref()
    return promise
  }

  async #repeat(notification: Notification): Promise<void> {
    const signal = this.#stopped.signal
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      await pause(pauseMs, undefined, { signal }).catch(() => {})
      if (signal.aborted || (await this.#deliver(notification))) return
    }
  }

  /** Whether one delivery was answered with 2xx. */
  async #deliver({ name, body, done }: Notification): Promise<boolean> {
    const stopped = this.#stopped.signal
    try {
      const response = await fetch(this.#endpoint.url, {
        method: 'POST',
        body,
        redirect: 'manual',
        signal: AbortSignal.any([stopped, AbortSignal.timeout(answerWithinMs)]),
        headers: this.#endpoint.headers(body),
      })
      await response.arrayBuffer()
      this.#log(`${name}: answered ${response.status}`)
      if (response.ok) done(true)
      return response.ok
    } catch (error) {
      if (!stopped.aborted) this.#log(`${name}: not answered (${error})`)
      return false
    }
  }
}
