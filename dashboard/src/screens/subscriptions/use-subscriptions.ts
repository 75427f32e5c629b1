import { useQuery, useQueryClient } from '@tanstack/react-query'
import type {
  NewSubscription,
  PlanItem,
  SubscriptionActionRequest,
  SubscriptionChange,
  SubscriptionItem,
} from '@turnpike/contracts/subscription.ts'
import type { ValidityState } from '@turnpike/contracts/values.ts'
import { useApi } from '../../api/api-context.tsx'
import { answerOf } from '../../api/client.ts'
import { type Given, given } from '../../api/given.ts'
import { ifMatch } from '../../api/if-match.ts'
import { usePages } from '../page/use-pages.ts'
import { useMay } from '../page/use-role.ts'

type Asked = { siteId: string | undefined; state: ValidityState | undefined; plate: string }

/** Subscriptions, newest first; those with a vehicle that `plate` is a part of. */
export function useSubscriptions({ siteId, state, plate }: Asked) {
  const api = useApi()
  const match = useMay('operator') ? 'fragment' : 'exact'
  return usePages<SubscriptionItem>({
    queryKey: ['subscriptions', siteId, state, plate, match],
    load: (cursor, signal) =>
      plate === ''
        ? answerOf(api.GET('/v1/subscriptions', { params: { query: given({ siteId, state, cursor }) }, signal }))
        : answerOf(
            api.POST('/v1/subscriptions/search', {
              body: { ...given({ siteId, state, cursor }), plate, match },
              signal,
            }),
          ),
  })
}

/** One subscription as it is now: how much of its pool is taken changes by itself. */
export function useSubscription(subscriptionId: string) {
  const api = useApi()
  return useQuery({
    queryKey: ['subscription', subscriptionId],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/v1/subscriptions/{subscriptionId}', { params: { path: { subscriptionId } }, signal })),
    refetchInterval: 3000,
  })
}

/** All plans of one's sites; there are few. */
export function usePlans() {
  const api = useApi()
  return useQuery({
    queryKey: ['plans', 'all'],
    queryFn: async ({ signal }) =>
      (await answerOf(api.GET('/v1/plans', { params: { query: { limit: 200 } }, signal }))).items as PlanItem[],
  })
}

/** What can be done. Each resolves once the API has done it, or asked the provider to. */
export function useSubscriptionActions() {
  const api = useApi()
  const queries = useQueryClient()
  const again = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ['subscriptions'] }),
      queries.invalidateQueries({ queryKey: ['subscription'] }),
    ])
  const of = (subscription: SubscriptionItem) => ({ path: { subscriptionId: subscription.id } })
  return {
    create: (body: Given<NewSubscription>) => answerOf(api.POST('/v1/subscriptions', { body })).finally(again),
    change: (subscription: SubscriptionItem, body: Given<SubscriptionChange>) =>
      answerOf(
        api.PATCH('/v1/subscriptions/{subscriptionId}', {
          params: { ...of(subscription), header: ifMatch(subscription) },
          body,
        }),
      ).finally(again),
    /** For one that nobody collects for. */
    end: (subscription: SubscriptionItem, reason: string) =>
      answerOf(
        api.DELETE('/v1/subscriptions/{subscriptionId}', {
          params: { ...of(subscription), header: ifMatch(subscription) },
          ...(reason !== '' && { body: { reason } }),
        }),
      ).finally(again),
    act: (subscription: SubscriptionItem, body: SubscriptionActionRequest) =>
      answerOf(api.POST('/v1/subscriptions/{subscriptionId}/actions', { params: of(subscription), body })).finally(
        again,
      ),
  }
}
