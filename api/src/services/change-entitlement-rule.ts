import type { EntitlementRuleChange, EntitlementRules } from '@turnpike/contracts/subscription.ts'
import { change, unchanged } from '../repositories/change.ts'
import { listEntitlementRules, lockEntitlementRule, setEntitlementRule } from '../repositories/entitlement-rules.ts'
import { actorOf, type Caller, requireRole } from './access.ts'
import type { Deps } from './deps.ts'

/** Whether a status of a subscription lets its vehicles park, at every site. The gates see it at their next read. */
export async function changeEntitlementRule(
  deps: Deps,
  caller: Caller,
  { changeReason, ...rule }: EntitlementRuleChange,
): Promise<EntitlementRules> {
  requireRole(caller.operator, 'admin')
  return change(deps.database.db, actorOf(caller), deps.now(), async (tx) => {
    const before = await lockEntitlementRule(tx, rule)
    if (before.entitled === rule.entitled) return unchanged({ items: await listEntitlementRules(tx) })
    await setEntitlementRule(tx, rule)
    const subjectId = `${rule.status}${rule.collectionPaused ? ' collection paused' : ''}`
    const [was, is] = [{ entitled: before.entitled }, { entitled: rule.entitled }]
    const subject = { siteId: null, subjectKind: 'entitlement_rule', subjectId }
    const entry = {
      ...subject,
      action: 'entitlement_rule.changed',
      before: was,
      after: is,
      ...(changeReason && { reason: changeReason }),
    }
    return { result: { items: await listEntitlementRules(tx) }, audit: [entry], marks: [] }
  })
}
