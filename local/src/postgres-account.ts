import { execFile } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** As whom PostgreSQL runs. It refuses root, so root needs a way to be somebody else. */
export type PostgresAccount = {
  uid?: number
  gid?: number
  command(program: string, args: string[]): { command: string; args: string[]; uid?: number; gid?: number }
  /** Makes an existing cluster belong to this account (it may have been made under the other one). */
  own(cluster: string): Promise<void>
}

/**
 * An ordinary user runs PostgreSQL as itself. Root runs it in a user namespace of its own, where it is not root: no account is made,
 * files stay root's, and a clone under root's home (0700) works. Where namespaces are forbidden (containers), root becomes an
 * existing account.
 * @throws Error that says what to do when neither way is open.
 */
export async function postgresAccount(dataDir: string, program: string): Promise<PostgresAccount> {
  if (process.getuid?.() !== 0) return { command: (command, args) => ({ command, args }), own: async () => {} }

  const accounts = await listAccounts()
  const inside = accounts.find(({ uid }) => uid > 0 && uid < 65_534)
  const namespace = ['--user', `--map-user=${inside?.uid ?? 1000}`, `--map-group=${inside?.gid ?? 1000}`]
  const allowed = await run('unshare', [...namespace, 'true']).then(
    () => true,
    () => false,
  )
  if (allowed) {
    return {
      command: (command, args) => ({ command: 'unshare', args: [...namespace, command, ...args] }),
      own: (cluster) => giveTo(cluster, 0, 0),
    }
  }

  const other = accounts.find(({ name }) => name === 'postgres') ?? accounts.find(({ name }) => name === 'nobody')
  const closed = (await closedParent(dataDir)) ?? (await closedParent(program))
  if (other === undefined || closed !== undefined) {
    throw new Error(
      `PostgreSQL refuses to run as root, this machine allows root no user namespace, and ${
        other === undefined
          ? 'there is neither an account "postgres" nor "nobody"'
          : `the account "${other.name}" cannot enter ${closed}`
      }. Run npm start as an ordinary user, move the folder to a place everybody may enter, or set DATABASE_URL to a server of your own.`,
    )
  }
  const { uid, gid } = other
  return {
    uid,
    gid,
    command: (command, args) => ({ command, args, uid, gid }),
    own: (cluster) => giveTo(cluster, uid, gid),
  }
}

async function listAccounts(): Promise<{ name: string; uid: number; gid: number }[]> {
  const text = await readFile('/etc/passwd', 'utf8').catch(() => '')
  return text
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter(({ name, uid, gid }) => name !== '' && Number.isInteger(uid) && Number.isInteger(gid))
}

async function giveTo(cluster: string, uid: number, gid: number): Promise<void> {
  if ((await stat(cluster)).uid !== uid) await run('chown', ['-R', `${uid}:${gid}`, cluster])
}

/** The first folder on the way to `path` that other accounts may not enter. */
async function closedParent(path: string): Promise<string | undefined> {
  for (let folder = dirname(path); folder !== '/'; folder = dirname(folder)) {
    if (((await stat(folder)).mode & 0o001) === 0) return folder
  }
  return undefined
}
