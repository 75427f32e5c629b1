/** Postgres says what is wrong with this statement, rather than that it is going away, overloaded or out of reach. */
export function isRefusedByPostgres(error: unknown): boolean {
  const { code } = ((error as Error).cause ?? error) as { code?: string }
  return typeof code === 'string' && /^(22|23|42|TP)\w{3}$/.test(code)
}
