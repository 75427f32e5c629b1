import { config } from './config.ts'
import { ensureAppLogin } from './db/app-login.ts'
import { migrate } from './db/migrate.ts'

const { DATABASE_URL, APP_DATABASE_URL } = config.migrate()
await migrate(DATABASE_URL)
await ensureAppLogin(DATABASE_URL, APP_DATABASE_URL, 'the one in APP_DATABASE_URL')
console.log('the database has the newest schema, and the processes can log in')
