import { z } from 'zod'
import { cameraFormat } from './camera-event.ts'
import { gateDirection } from './gate-command.ts'
import { role } from './operator.ts'

/** `.local/stack.json`: what runs where on this machine and with which keys. Demo secrets only. */
export const stack = z.object({
  projectId: z.string(),
  profile: z.enum(['hybrid', 'postgres_only']),
  api: z.url(),
  dashboard: z.url(),
  auth: z.url(),
  firestore: z.url().nullable(),
  postgres: z
    .string()
    .describe('as the owner of the tables, for tools that look or prepare; the core connects as another role'),
  provider: z.url().describe('the stand-ins for the payment providers'),
  mailbox: z.url().describe('what is mailed can be read there, by tools at `/letters`'),
  functions: z.record(z.string(), z.url()).describe('the Cloud Functions by their names'),
  cameras: z.array(
    z.object({
      id: z.string(),
      gateId: z.string(),
      siteId: z.string(),
      format: cameraFormat,
      key: z.string(),
      direction: gateDirection,
    }),
  ),
  gates: z.array(z.object({ id: z.string(), siteId: z.string(), direction: gateDirection, key: z.string() })),
  operators: z.array(z.object({ email: z.string(), password: z.string(), role })),
})
export type Stack = z.infer<typeof stack>
