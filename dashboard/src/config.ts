import { z } from 'zod'

/**
 * What the dashboard is told at run time, by `/config.json` on its own origin: one build serves every deployment. Nothing in it
 * is a secret; a Firebase `apiKey` names a project and grants nothing.
 */
export const dashboardConfig = z.object({
  apiUrl: z.url().transform((url) => url.replace(/\/+$/, '')),
  live: z.enum(['firestore', 'api']).describe('where live documents come from'),
  firebase: z.object({ apiKey: z.string(), projectId: z.string(), authDomain: z.string() }),
  emulators: z
    .object({
      auth: z.url().describe('http://host:port'),
      firestore: z
        .string()
        .regex(/^[^:/\s]+:\d+$/, 'write it as host:port')
        .optional(),
    })
    .optional(),
})
export type DashboardConfig = z.infer<typeof dashboardConfig>

/**
 * Fetches and checks `/config.json`.
 * @throws Error that says what is wrong with the deployment, for whoever set it up.
 */
export async function loadConfig(): Promise<DashboardConfig> {
  const response = await fetch('/config.json', { credentials: 'same-origin' })
  if (!response.ok) throw new Error(`/config.json answered ${response.status}: the deployment lacks its configuration.`)
  const parsed = dashboardConfig.safeParse(await response.json().catch(() => undefined))
  if (!parsed.success) throw new Error(`/config.json is not usable:\n${z.prettifyError(parsed.error)}`)
  return parsed.data
}
