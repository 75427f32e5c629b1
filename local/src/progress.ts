/** Shows what a start is doing: a line when a part is ready, and every 5 s what is still awaited. */
export class Progress {
  readonly #begun = Date.now()
  readonly #waiting = new Map<string, number>()
  readonly #timer = setInterval(() => this.#sayWhatIsAwaited(), 5000).unref()

  /** Shows `work` under a name. A failure waits until somebody awaits it: parts run side by side. */
  part<T>(name: string, work: Promise<T>): Promise<T> {
    const shown = this.#show(name, work)
    shown.catch(() => {})
    return shown
  }

  async #show<T>(name: string, work: Promise<T>): Promise<T> {
    const begun = Date.now()
    this.#waiting.set(name, begun)
    try {
      const result = await work
      console.log(`  ${name.padEnd(32)} ${seconds(Date.now() - begun).padStart(7)}`)
      return result
    } finally {
      this.#waiting.delete(name)
    }
  }

  /** Ends the display and says how long it all took. */
  end(): string {
    clearInterval(this.#timer)
    return seconds(Date.now() - this.#begun)
  }

  #sayWhatIsAwaited(): void {
    if (this.#waiting.size > 0) console.log(`  … ${[...this.#waiting.keys()].join(', ')}`)
  }
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
