import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  retainSearchParams,
} from '@tanstack/react-router'
import { outcome, reasonCode } from '@turnpike/contracts/decision.ts'
import { operatorState } from '@turnpike/contracts/operator.ts'
import { validityState } from '@turnpike/contracts/values.ts'
import { z } from 'zod'
import { NotFound } from './screens/not-found.tsx'
import { LoadFailed } from './screens/page/load-failed.tsx'
import { ScreenSkeleton } from './screens/page/screen-skeleton.tsx'
import { Shell } from './screens/shell/shell.tsx'

// A filter that a link got wrong is dropped, never an error. A plate is never among them: addresses are written to logs.
const optional = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined)

const root = createRootRoute({
  component: Shell,
  notFoundComponent: NotFound,
  validateSearch: z.object({ site: optional(z.string()) }),
  search: { middlewares: [retainSearchParams(['site'])] },
})

const index = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/overview', replace: true })
  },
})

const overview = createRoute({
  getParentRoute: () => root,
  path: '/overview',
  component: lazyRouteComponent(() => import('./screens/overview/overview-screen.tsx'), 'OverviewScreen'),
})

const lanes = createRoute({
  getParentRoute: () => root,
  path: '/lanes',
  validateSearch: z.object({ view: optional(z.literal('wall')), gate: optional(z.string()) }),
  component: lazyRouteComponent(() => import('./screens/lanes/lanes-screen.tsx'), 'LanesScreen'),
})

const sign = createRoute({
  getParentRoute: () => root,
  path: '/sign',
  component: lazyRouteComponent(() => import('./screens/sign/sign-screen.tsx'), 'SignScreen'),
})

const activity = createRoute({
  getParentRoute: () => root,
  path: '/activity',
  validateSearch: z.object({
    gate: optional(z.string()),
    outcome: optional(outcome),
    reason: optional(reasonCode),
    decision: optional(z.string()),
  }),
  component: lazyRouteComponent(() => import('./screens/activity/activity-screen.tsx'), 'ActivityScreen'),
})

const inside = createRoute({
  getParentRoute: () => root,
  path: '/inside',
  validateSearch: z.object({ review: optional(z.literal(true)) }),
  component: lazyRouteComponent(() => import('./screens/inside/inside-screen.tsx'), 'InsideScreen'),
})

const session = createRoute({
  getParentRoute: () => root,
  path: '/sessions/$sessionId',
  component: lazyRouteComponent(() => import('./screens/session/session-screen.tsx'), 'SessionScreen'),
})

const workbench = createRoute({
  getParentRoute: () => root,
  path: '/workbench/$decisionId',
  component: lazyRouteComponent(() => import('./screens/workbench/workbench-screen.tsx'), 'WorkbenchScreen'),
})

const alerts = createRoute({
  getParentRoute: () => root,
  path: '/alerts',
  validateSearch: z.object({ state: optional(z.enum(['open', 'acknowledged', 'resolved'])) }),
  component: lazyRouteComponent(() => import('./screens/alerts/alerts-screen.tsx'), 'AlertsScreen'),
})

const blacklist = createRoute({
  getParentRoute: () => root,
  path: '/blacklist',
  validateSearch: z.object({ state: optional(validityState) }),
  component: lazyRouteComponent(() => import('./screens/blacklist/blacklist-screen.tsx'), 'BlacklistScreen'),
})

const payments = createRoute({
  getParentRoute: () => root,
  path: '/payments',
  validateSearch: z.object({ show: optional(z.literal('orphans')) }),
  component: lazyRouteComponent(() => import('./screens/payments/payments-screen.tsx'), 'PaymentsScreen'),
})

const payment = createRoute({
  getParentRoute: () => root,
  path: '/payments/$paymentId',
  component: lazyRouteComponent(() => import('./screens/payments/payment-screen.tsx'), 'PaymentScreen'),
})

const subscriptions = createRoute({
  getParentRoute: () => root,
  path: '/subscriptions',
  validateSearch: z.object({ state: optional(validityState) }),
  component: lazyRouteComponent(
    () => import('./screens/subscriptions/subscriptions-screen.tsx'),
    'SubscriptionsScreen',
  ),
})

const subscription = createRoute({
  getParentRoute: () => root,
  path: '/subscriptions/$subscriptionId',
  component: lazyRouteComponent(() => import('./screens/subscriptions/subscription-screen.tsx'), 'SubscriptionScreen'),
})

// Not `/plans`, which is where drivers buy one.
const plans = createRoute({
  getParentRoute: () => root,
  path: '/subscriptions/plans',
  component: lazyRouteComponent(() => import('./screens/plans/plans-screen.tsx'), 'PlansScreen'),
})

const operators = createRoute({
  getParentRoute: () => root,
  path: '/operators',
  validateSearch: z.object({ state: optional(operatorState) }),
  component: lazyRouteComponent(() => import('./screens/operators/operators-screen.tsx'), 'OperatorsScreen'),
})

/** Every screen of the console and its address. Each is loaded when it is first opened, or pointed at. */
export const router = createRouter({
  routeTree: root.addChildren([
    index,
    overview,
    lanes,
    sign,
    activity,
    inside,
    session,
    workbench,
    alerts,
    blacklist,
    payments,
    payment,
    subscriptions,
    subscription,
    plans,
    operators,
  ]),
  defaultPreload: 'intent',
  defaultPendingComponent: ScreenSkeleton,
  defaultPendingMs: 150,
  defaultErrorComponent: ({ error, reset }) => <LoadFailed error={error as Error} onRetry={reset} />,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
