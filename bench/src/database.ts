import { openDatabase } from '@turnpike/api/db/client.ts'

export type Pool = ReturnType<typeof openDatabase>['pool']

/** One piece of work on one connection of its own. */
export async function onPool<T>(url: string, work: (pool: Pool) => Promise<T>): Promise<T> {
  const { pool, close } = openDatabase(url, 'bench', () => {}, { connections: 1, withinMs: 600_000 })
  try {
    return await work(pool)
  } finally {
    await close()
  }
}
