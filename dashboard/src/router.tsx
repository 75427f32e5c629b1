import { createRootRoute, createRoute, createRouter, redirect } from '@tanstack/react-router'
import { z } from 'zod'
import { LanesScreen } from './screens/lanes/lanes-screen.tsx'
import { NotFound } from './screens/not-found.tsx'
import { Shell } from './screens/shell/shell.tsx'

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound })

const index = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/lanes' })
  },
})

const lanes = createRoute({
  getParentRoute: () => root,
  path: '/lanes',
  // A filter that a link got wrong is dropped, never an error.
  validateSearch: z.object({ site: z.string().optional().catch(undefined) }),
  component: LanesScreen,
})

/** Every screen of the console and its address. */
export const router = createRouter({ routeTree: root.addChildren([index, lanes]) })

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
