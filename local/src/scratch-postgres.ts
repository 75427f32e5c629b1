import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import getPort from 'get-port'
import { startPostgres } from './postgres.ts'

export type ScratchPostgres = { url(database?: string): string; stop(): Promise<void> }

/** A server of its own for a test run or a check: free port, temporary folder, nothing survives `stop`. */
export async function startScratchPostgres(): Promise<ScratchPostgres> {
  const dataDir = await mkdtemp(join(tmpdir(), 'turnpike-postgres-'))
  try {
    const port = await getPort({ host: '127.0.0.1' })
    const server = await startPostgres({ dataDir, port, durable: false, settings: { max_connections: '300' } })
    return {
      url: server.url,
      async stop() {
        await server.stop()
        await rm(dataDir, { recursive: true, force: true })
      },
    }
  } catch (error) {
    await rm(dataDir, { recursive: true, force: true })
    throw error
  }
}
