import {
  gateDocument,
  operatorDocument,
  paymentDocument,
  sessionDocument,
  siteDocument,
} from '@turnpike/contracts/live-documents.ts'
import type { z } from 'zod'

/** Which schema the documents of a collection have: the collection's last word names it. */
const kinds = {
  operators: operatorDocument,
  sites: siteDocument,
  gates: gateDocument,
  sessions: sessionDocument,
  payments: paymentDocument,
}
export type LiveDocument = z.infer<(typeof kinds)[keyof typeof kinds]>

/**
 * The document as the contracts describe it, or why it is not one. A collection that this console does not know (it is older
 * than the API) is `unknown`, which is not an error.
 */
export function parseDocument(
  path: string,
  data: Record<string, unknown>,
): { document: LiveDocument } | { unknown: true } | { problem: string } {
  const collection = path.split('/').at(-2) ?? ''
  if (!(collection in kinds)) return { unknown: true }
  const parsed = kinds[collection as keyof typeof kinds].safeParse(data)
  if (parsed.success) return { document: parsed.data }
  const issue = parsed.error.issues[0]
  return { problem: `${issue?.path.join('.') || 'document'}: ${issue?.message}` }
}
