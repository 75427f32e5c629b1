import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { OrphanAdoption, OrphanItem, PaymentItem, RefundRequest } from '@turnpike/contracts/payment.ts'
import { useApi } from '../../api/api-context.tsx'
import { answerOf } from '../../api/client.ts'
import { type Given, given } from '../../api/given.ts'
import { usePages } from '../page/use-pages.ts'

/** Payments, newest first. */
export function usePayments({ siteId }: { siteId: string | undefined }) {
  const api = useApi()
  return usePages<PaymentItem>({
    queryKey: ['payments', siteId],
    load: (cursor, signal) =>
      answerOf(api.GET('/v1/payments', { params: { query: given({ siteId, cursor }) }, signal })),
  })
}

/** One payment, and what went back of it. Asked again while a refund is on its way. */
export function usePayment(paymentId: string) {
  const api = useApi()
  const params = { path: { paymentId } }
  return useQuery({
    queryKey: ['payment', paymentId],
    queryFn: async ({ signal }) => {
      const [payment, refunds] = await Promise.all([
        answerOf(api.GET('/v1/payments/{paymentId}', { params, signal })),
        answerOf(api.GET('/v1/payments/{paymentId}/refunds', { params, signal })),
      ])
      return { payment, refunds: refunds.items }
    },
    refetchInterval: ({ state }) =>
      state.data?.refunds.some((refund) => refund.state === 'asked' || refund.state === 'pending') ? 2000 : false,
  })
}

/** Resolves once the refund is asked for; what the provider says shows on the page. */
export function useRefund(paymentId: string) {
  const api = useApi()
  const queries = useQueryClient()
  return (body: RefundRequest) =>
    answerOf(api.POST('/v1/payments/{paymentId}/refunds', { params: { path: { paymentId } }, body })).finally(() =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['payment', paymentId] }),
        queries.invalidateQueries({ queryKey: ['payments'] }),
      ]),
    )
}

/** Notifications that refer to nothing we know, newest first. */
export function useOrphans() {
  const api = useApi()
  return usePages<OrphanItem>({
    queryKey: ['orphans'],
    load: (cursor, signal) => answerOf(api.GET('/v1/orphans', { params: { query: given({ cursor }) }, signal })),
  })
}

export function useOrphanActions(orphanId: string) {
  const api = useApi()
  const queries = useQueryClient()
  const again = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ['orphans'] }),
      queries.invalidateQueries({ queryKey: ['payments'] }),
    ])
  const params = { path: { orphanId } }
  return {
    adopt: (body: Given<OrphanAdoption>) =>
      answerOf(api.POST('/v1/orphans/{orphanId}/adopt', { params, body })).finally(again),
    dismiss: (reason: string) =>
      answerOf(api.POST('/v1/orphans/{orphanId}/dismiss', { params, body: { reason } })).finally(again),
  }
}
