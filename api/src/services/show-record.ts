import type { AuditItem } from '@turnpike/contracts/audit.ts'
import { type ReasonCode, reasonTexts } from '@turnpike/contracts/decision.ts'
import type { DecisionDetail } from '@turnpike/contracts/explanation.ts'
import type { CommandItem } from '@turnpike/contracts/gate-command.ts'
import type { PaymentItem } from '@turnpike/contracts/payment.ts'
import type { SessionDetail } from '@turnpike/contracts/session.ts'
import { explainReason } from '../domain/explain-verdict.ts'
import {
  toAdjustmentItem,
  toAuditItem,
  toCommandItem,
  toDecisionItem,
  toPaymentItem,
  toSessionItem,
} from '../domain/items.ts'
import { reviveFacts } from '../domain/replay.ts'
import { Refusal } from '../errors.ts'
import { listAdjustments } from '../repositories/adjustments.ts'
import { findAuditEntry } from '../repositories/audit.ts'
import { findCommand } from '../repositories/commands.ts'
import { findDecision } from '../repositories/decisions.ts'
import { findPayment, listPaymentsOfSession } from '../repositories/payments.ts'
import { findSessionItem } from '../repositories/sessions.ts'
import { type Caller, requireRole, requireSite, viewOf } from './access.ts'
import type { Deps } from './deps.ts'
import { show } from './edit.ts'

const ofOneSite = ({ siteId }: { siteId: string }) => [siteId]

export async function showSession(deps: Deps, caller: Caller, id: string): Promise<SessionDetail> {
  const row = await show(deps, caller, { kind: 'session', find: findSessionItem, siteIds: ofOneSite }, id)
  const payments = await listPaymentsOfSession(deps.database.db, id)
  const adjustments = await listAdjustments(deps.database.db, id)
  const { entryDecisionId, exitDecisionId, version } = row
  const item = toSessionItem(row, viewOf(caller.operator, deps.now()))
  return {
    ...item,
    version,
    entryDecisionId,
    exitDecisionId,
    payments: payments.map(toPaymentItem),
    adjustments: adjustments.map(toAdjustmentItem),
  }
}

/** A decision with the facts it was made from and the rule that fired. */
export async function showDecision(deps: Deps, caller: Caller, id: string): Promise<DecisionDetail> {
  const row = await show(deps, caller, { kind: 'decision', find: findDecision, siteIds: ofOneSite }, id)
  const { facts, rulesVersion, quoteId, commandId } = row
  const code = row.reason as ReasonCode
  return {
    ...toDecisionItem(row, viewOf(caller.operator, deps.now())),
    quoteId,
    commandId,
    rule: { code, text: reasonTexts[code], rulesVersion, ...explained(facts, code) },
    facts,
  }
}

function explained(stored: unknown, code: ReasonCode): Pick<DecisionDetail['rule'], 'because' | 'lookedAt'> {
  const facts = reviveFacts(stored)
  if (facts === undefined) return { because: null, lookedAt: [] }
  const { rule, facts: looks } = explainReason(facts, code)
  return { because: rule, lookedAt: looks }
}

/** A command with what became of it. */
export async function showCommand(
  deps: Deps,
  caller: Caller,
  { gateId, commandId }: { gateId: string; commandId: string },
): Promise<CommandItem> {
  const row = await show(deps, caller, { kind: 'command', find: findCommand, siteIds: ofOneSite }, commandId)
  if (row.gateId !== gateId) throw new Refusal('not_found', 'This gate has no such command.')
  return toCommandItem(row)
}

export async function showPayment(deps: Deps, caller: Caller, id: string): Promise<PaymentItem> {
  return toPaymentItem(await show(deps, caller, { kind: 'payment', find: findPayment, siteIds: ofOneSite }, id))
}

/** An entry of his sites; one of several sites or of none is an admin's. */
export async function showAuditEntry(deps: Deps, { operator }: Caller, id: number): Promise<AuditItem> {
  const row = await findAuditEntry(deps.database.db, id)
  if (row === undefined) throw new Refusal('not_found', 'There is no such entry.')
  if (row.siteId === null) requireRole(operator, 'admin')
  else requireSite(operator, row.siteId, 'viewer')
  return toAuditItem(row)
}
