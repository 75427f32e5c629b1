import type pg from 'pg'

/** Any number that is ours: the relay that holds it is the active one. */
const relayLock = 7_305_411
const standbyAsksMs = 500

export type MirrorTurn = {
  /** Whether this relay is the active one; tries to become it when there is none. Rejects where Postgres cannot say. */
  isOurs(): Promise<boolean>
  /** Lets another relay take over. */
  release(): void
}

/**
 * One active relay: a lock on a connection of its own, which Postgres drops when the process dies, and also after `idleMs` without
 * a word from it, because it hangs or its machine is lost. It is a matter of cost: two relays at once are correct, too.
 */
export function openMirrorTurn(pool: pg.Pool, idleMs = 15_000): MirrorTurn {
  let connection: pg.PoolClient | undefined
  let held = false
  let askedAt = Number.NEGATIVE_INFINITY
  let asking: Promise<boolean> | undefined

  function drop() {
    held = false
    connection?.release(true)
    connection = undefined
  }

  async function connect(): Promise<pg.PoolClient> {
    const client = await pool.connect()
    client.on('error', () => {
      if (connection === client) drop()
    })
    connection = client
    await client.query(`set idle_session_timeout = ${idleMs}`)
    return client
  }

  async function ask(): Promise<boolean> {
    try {
      const client = connection ?? (await connect())
      if (held) await client.query('select 1')
      else held = (await client.query('select pg_try_advisory_lock($1) as got', [relayLock])).rows[0].got
      askedAt = performance.now()
      return held
    } catch (error) {
      drop()
      throw error
    } finally {
      asking = undefined
    }
  }

  return {
    async isOurs() {
      const answerHoldsMs = held ? idleMs / 3 : standbyAsksMs
      if (performance.now() - askedAt < answerHoldsMs && connection !== undefined) return held
      asking ??= ask()
      return asking
    },
    release: drop,
  }
}
