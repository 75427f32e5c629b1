/** First in, first out, whatever its length: an array would move all that stays. */
export class Queue<T> {
  #items: T[]
  #head = 0

  constructor(items: T[]) {
    this.#items = items
  }

  get first(): T | undefined {
    return this.#items[this.#head]
  }

  push(item: T) {
    this.#items.push(item)
  }

  shift() {
    this.#head += 1
    if (this.#head > 10_000) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
  }
}
