import { type CoreProcess, startCoreProcess } from '../core-process.ts'

/** The relay as it ships, in a process of its own, until the test is over. */
export function startRelay(
  databaseUrl: string,
  environment: Record<string, string> = { PROFILE: 'postgres_only', FIREBASE_PROJECT_ID: 'demo-turnpike-relay' },
): Promise<CoreProcess> {
  return startCoreProcess('relay', { DATABASE_URL: databaseUrl, ...environment })
}
