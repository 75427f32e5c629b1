import { config } from './config.ts'
import { migrate } from './db/migrate.ts'

await migrate(config.database().DATABASE_URL)
console.log('the database has the newest schema')
