/** What is asked for, without what was left open: a query says nothing about that. */
export function given<T extends object>(asked: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)) as never
}

/** What may be left out is left out, never said to be undefined: so a body goes to the API. */
export type Given<T> = { [K in keyof T]: Exclude<T[K], undefined> }
