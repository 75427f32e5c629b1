import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { NewOperator, OperatorChange, OperatorItem } from '@turnpike/contracts/operator.ts'
import { useApi } from '../../api/api-context.tsx'
import { answerOf } from '../../api/client.ts'
import { type Given, given } from '../../api/given.ts'
import { ifMatch } from '../../api/if-match.ts'
import { useMay } from '../page/use-role.ts'

/** All operators, so that they can be searched: a car park has dozens of them, not thousands. Asked for by admins only. */
export function useOperators() {
  const api = useApi()
  return useQuery({
    queryKey: ['operators'],
    enabled: useMay('admin'),
    queryFn: async ({ signal }) => {
      const all: OperatorItem[] = []
      let cursor: string | undefined
      do {
        const query = given({ limit: 200, cursor })
        const { items, nextCursor } = await answerOf(api.GET('/v1/operators', { params: { query }, signal }))
        all.push(...items)
        cursor = nextCursor ?? undefined
      } while (cursor !== undefined)
      return all
    },
  })
}

/** What can be done. Each resolves once the API has done it, and the list is asked for again. */
export function useOperatorActions() {
  const api = useApi()
  const queries = useQueryClient()
  const again = () => queries.invalidateQueries({ queryKey: ['operators'] })
  return {
    /** Answers with the link that sets the password. */
    invite: (body: Given<NewOperator>) => answerOf(api.POST('/v1/operators', { body })).finally(again),
    change: (operator: OperatorItem, body: Given<OperatorChange>) =>
      answerOf(
        api.PATCH('/v1/operators/{operatorId}', {
          params: { path: { operatorId: operator.id }, header: ifMatch(operator) },
          body,
        }),
      ).finally(again),
  }
}
