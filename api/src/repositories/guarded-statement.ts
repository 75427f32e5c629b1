import { createHash } from 'node:crypto'
import type pg from 'pg'

/** A guard of the write did not hold; nothing was written. `deadline` means too late, everything else: load and decide again. */
export class GuardFailed extends Error {
  readonly guard: string
  constructor(guard: string, cause: unknown) {
    super(`the guard "${guard}" did not hold`, { cause })
    this.name = 'GuardFailed'
    this.guard = guard
  }
}

/** Collects the parts of one statement and its parameters. */
export class Statement {
  readonly #parts: string[] = []
  readonly #guards: string[] = []
  readonly #waits: string[] = []
  readonly #values: unknown[] = []
  readonly #given = new Map<unknown, string>()

  /** A parameter, typed, so that Postgres never guesses. An id or an instant that is there already is not sent twice. */
  p(value: unknown, type: string): string {
    if (type !== 'uuid' && type !== 'timestamptz') return this.#push(value, type)
    const given = value === null ? undefined : this.#given.get(value)
    if (given !== undefined) return given
    const parameter = this.#push(value, type)
    if (value !== null) this.#given.set(value, parameter)
    return parameter
  }

  #push(value: unknown, type: string): string {
    this.#values.push(value)
    return `$${this.#values.length}::${type}`
  }

  add(name: string, sql: string) {
    this.#parts.push(`${name} as (${sql})`)
  }

  /** A part that must touch a row, or the whole statement is taken back. */
  guard(name: string, sql: string) {
    this.add(name, sql)
    this.#guards.push(name)
  }

  /**
   * A part that may wait for a row which another transaction holds. Postgres would run it after the deadline was looked at, as
   * nothing asks for its rows: a write that waited too long would be stored all the same.
   */
  wait(name: string, sql: string, returning = '1') {
    this.add(name, `${sql} returning ${returning}`)
    this.#waits.push(name)
  }

  guards(deadline: Date): string {
    const missing = this.#guards.map((name) => `when not exists (select from ${name}) then guard_failed('${name}')`)
    const waited = this.#waits.map((name) => `when (select count(*) from ${name}) < 0 then false`)
    return `case ${[...missing, ...waited].join(' ')} when clock_timestamp() >= ${this.p(deadline, 'timestamptz')} then guard_failed('deadline') else true end`
  }

  /** Runs all parts, and `select` with them; throws `GuardFailed` where nothing was written. */
  async run(pool: pg.Pool, select: string): Promise<pg.QueryResultRow[]> {
    const text = `with ${this.#parts.join(',\n')}\n${select}`
    const name = nameOf(text)
    try {
      return (await pool.query({ name, text, values: this.#values })).rows
    } catch (error) {
      const { code, detail } = error as { code?: string; detail?: string }
      if (code === 'TP001') throw new GuardFailed(detail ?? 'unknown', error)
      // Another open stay has this plate by now: look again.
      if (code === '23505') throw new GuardFailed('unique', error)
      // Postgres chose this statement to give way: it wrote nothing.
      if (code === '40P01' || code === '40001') throw new GuardFailed('serialisation', error)
      throw error
    }
  }
}

/** There are few texts: which parts a statement has depends on the verdict, and which of its ids are the same. */
const names = new Map<string, string>()

function nameOf(text: string): string {
  let name = names.get(text)
  if (name === undefined) {
    name = createHash('sha1').update(text).digest('base64url')
    names.set(text, name)
  }
  return name
}
