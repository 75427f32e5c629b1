import { useQueryClient } from '@tanstack/react-query'
import type { NewPlan, PlanChange, PlanItem } from '@turnpike/contracts/subscription.ts'
import { useApi } from '../../api/api-context.tsx'
import { answerOf } from '../../api/client.ts'
import type { Given } from '../../api/given.ts'
import { ifMatch } from '../../api/if-match.ts'

/** What can be done to plans. Each resolves once the API has done it. */
export function usePlanActions() {
  const api = useApi()
  const queries = useQueryClient()
  const again = () => queries.invalidateQueries({ queryKey: ['plans'] })
  return {
    create: (body: Given<NewPlan>) => answerOf(api.POST('/v1/plans', { body })).finally(again),
    change: (plan: PlanItem, body: Given<PlanChange>) =>
      answerOf(
        api.PATCH('/v1/plans/{planId}', { params: { path: { planId: plan.id }, header: ifMatch(plan) }, body }),
      ).finally(again),
  }
}
