import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import pg from 'pg'

/** The role that migrations give the rights of the core's processes to. Nobody logs in as it: logins are its members. */
const appRole = 'turnpike_app'

/**
 * Makes the login that `appUrl` names, or gives it that password: an ordinary role with the rights of `turnpike_app` and no others.
 * `passwordIn` says where a person finds the password, for the message when an administrator has to help.
 * @throws Error that says what to do when the name belongs to somebody else, or the user of `ownerUrl` may not make roles
 */
export async function ensureAppLogin(ownerUrl: string, appUrl: string, passwordIn: string): Promise<void> {
  const { user, password } = credentialsOf(appUrl)
  const owner = new pg.Client({ connectionString: ownerUrl, application_name: 'turnpike-migrate' })
  await owner.connect()
  try {
    const found = await findRole(owner, user)
    if (found !== undefined && !found.ours)
      throw new Error(
        `The role ${user} is not a login of Turnpike's processes: it owns tables, may do more than an ordinary role, or is no member of ${appRole}. Choose another name.`,
      )
    if (found !== undefined && (await logsIn(appUrl))) return
    const command =
      found === undefined ? 'create role %I login in role %I password %L' : 'alter role %1$I login password %3$L'
    const statement = 'select format($1::text, $2::text, $3::text, $4::text) as sql'
    const { rows } = await owner.query(statement, [command, user, appRole, scramVerifier(password)])
    await owner.query(rows[0].sql)
  } catch (error) {
    if ((error as { code?: string }).code !== '42501') throw error
    const statement = `create role ${pg.escapeIdentifier(user)} login in role ${appRole} password '…'`
    throw new Error(
      `Turnpike's processes connect as ${user}, and the user who migrates may not make that role: have an administrator run "${statement}". The password is ${passwordIn}.`,
      { cause: error },
    )
  } finally {
    await owner.end()
  }
}

function credentialsOf(url: string): { user: string; password: string } {
  const { username, password } = new URL(url)
  return { user: decodeURIComponent(username), password: decodeURIComponent(password) }
}

/** `ours`: an ordinary role with the rights of `turnpike_app`, which owns nothing in this database. */
async function findRole(client: pg.Client, name: string): Promise<{ ours: boolean } | undefined> {
  const { rows } = await client.query(
    `select not (r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolreplication)
       and exists (select from pg_auth_members m where m.member = r.oid and m.roleid = $2::text::regrole)
       and not exists (select from pg_class c where c.relowner = r.oid) as ours
     from pg_roles r where r.rolname = $1`,
    [name, appRole],
  )
  return rows[0]
}

/** Whether the password is right already: then the user who migrates need not be one who may change it. */
async function logsIn(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, application_name: 'turnpike-migrate' })
  try {
    await client.connect()
    return true
  } catch (error) {
    if ((error as { code?: string }).code === '28P01') return false
    throw error
  } finally {
    await client.end()
  }
}

/** What Postgres keeps of a password (RFC 5803), made here so that no statement, and no log of statements, has the password. */
function scramVerifier(password: string, salt = randomBytes(16), iterations = 4_096): string {
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256')
  const keyFor = (what: string) => createHmac('sha256', salted).update(what).digest()
  const storedKey = createHash('sha256').update(keyFor('Client Key')).digest('base64')
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${keyFor('Server Key').toString('base64')}`
}
