import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { lazy, Suspense, useMemo, useState } from 'react'
import { ApiProvider } from './api/api-context.tsx'
import { answerOf, createApi } from './api/client.ts'
import type { DashboardConfig } from './config.ts'
import { LiveProvider } from './live/live-context.tsx'
import { openLiveSource } from './live/open-live-source.ts'
import { router } from './router.tsx'
import { OpeningScreen } from './screens/opening-screen.tsx'
import { Notifications } from './screens/shell/notifications.tsx'
import { StartFailed } from './screens/start-failed.tsx'
import type { Person, Session } from './session/session.ts'
import { PersonProvider, SessionProvider, useSessionState } from './session/session-context.tsx'

const signingIn = new QueryClient()
/** Most who open the console are signed in. */
const SignInScreen = lazy(async () => ({
  default: (await import('./screens/sign-in/sign-in-screen.tsx')).SignInScreen,
}))

/** The console: signed out it is the sign-in screen, signed in it is the router's screens on live data. */
export function App({ config, session }: { config: DashboardConfig; session: Session }) {
  return (
    <QueryClientProvider client={signingIn}>
      <SessionProvider session={session}>
        <Content config={config} />
        <Notifications />
      </SessionProvider>
    </QueryClientProvider>
  )
}

function Content({ config }: { config: DashboardConfig }) {
  const state = useSessionState()
  switch (state.kind) {
    case 'opening':
      return <OpeningScreen />
    case 'failed':
      return <StartFailed message={state.message} onRetry={() => window.location.reload()} />
    case 'signed_out':
      return (
        <Suspense fallback={<OpeningScreen />}>
          <SignInScreen ended={state.ended} />
        </Suspense>
      )
    case 'signed_in':
      return <SignedIn key={state.person.uid} config={config} person={state.person} />
  }
}

function SignedIn({ config, person }: { config: DashboardConfig; person: Person }) {
  const api = useMemo(() => createApi({ apiUrl: config.apiUrl, idToken: person.idToken }), [config, person])
  const source = useMemo(() => openLiveSource(config, person.idToken), [config, person])
  // What the API answered one person, full plates among it, is gone when the next one signs in at the same screen.
  const [queries] = useState(() => new QueryClient())
  // Whoever only looks may follow Firestore alone: without this the API would not hear that he came, and list him as invited for ever.
  useQuery(
    {
      queryKey: ['came'],
      queryFn: ({ signal }) => answerOf(api.GET('/v1/sites', { params: { query: { limit: 1 } }, signal })),
      staleTime: Number.POSITIVE_INFINITY,
    },
    queries,
  )
  return (
    <PersonProvider person={person}>
      <QueryClientProvider client={queries}>
        <ApiProvider api={api}>
          <LiveProvider source={source} configured={config.live} uid={person.uid}>
            <RouterProvider router={router} />
          </LiveProvider>
        </ApiProvider>
      </QueryClientProvider>
    </PersonProvider>
  )
}
