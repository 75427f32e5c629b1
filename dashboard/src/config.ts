import { z } from 'zod'

/** An identity provider of the Firebase project, as its console names it: `google.com`, `microsoft.com`, `oidc.entra`, `saml.adfs`. */
const provider = z.object({
  id: z.string().regex(/^([a-z]+[.]com|(oidc|saml)[.][a-z0-9-]+)$/, 'google.com, microsoft.com, oidc.… or saml.…'),
  name: z.string().min(1).max(40).describe('on the button: Google, Microsoft, the house’s own name'),
  parameters: z.record(z.string(), z.string()).default({}).describe('sent along, e.g. {"tenant": "…"} for Microsoft'),
})
export type SignInProvider = z.infer<typeof provider>

const signIn = z.object({
  password: z.boolean().default(true),
  providers: z.array(provider).max(6).default([]),
  flow: z
    .enum(['popup', 'redirect'])
    .default('popup')
    .describe('redirect only where authDomain is the domain of the page'),
})

/**
 * What the dashboard is told at run time, by `/config.json` on its own origin: one build serves every deployment. Nothing in it
 * is a secret; a Firebase `apiKey` names a project and grants nothing.
 */
export const dashboardConfig = z.object({
  apiUrl: z.url().transform((url) => url.replace(/\/+$/, '')),
  live: z.enum(['firestore', 'api']).describe('where live documents come from'),
  firebase: z.object({ apiKey: z.string(), projectId: z.string(), authDomain: z.string() }),
  signIn: signIn
    .nullish()
    .transform((given) => given ?? signIn.parse({}))
    .refine(({ password, providers }) => password || providers.length > 0, 'there is no way to sign in'),
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
/** As it is written into `/config.json`. */
export type WrittenConfig = z.input<typeof dashboardConfig>

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
