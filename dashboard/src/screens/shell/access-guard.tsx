import { Button, EmptyState } from '@mantine/core'
import { IconCloudOff, IconLock, IconMapPinOff } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useFeedState, useFreshness } from '../../live/live-context.tsx'
import { usePerson, useSession } from '../../session/session-context.tsx'
import { LanesSkeleton } from '../lanes/lanes-skeleton.tsx'

/** Shows the screen to whom it may concern; to everybody else why there is nothing, and what to do. */
export function AccessGuard({ children }: { children: ReactNode }) {
  const { access, link } = useFeedState()
  const { email } = usePerson()
  const freshness = useFreshness()
  switch (access.kind) {
    case 'granted':
      if (access.sites.length > 0) return children
      return (
        <EmptyState
          mt="xl"
          icon={<IconMapPinOff stroke={1.5} />}
          title="No site is assigned to you yet"
          description={`Ask an administrator to give ${email} a site. It appears here by itself.`}
        />
      )
    case 'unknown':
      if (link.kind === 'refused') return <NoAccess title="The API refuses this account" text={link.cause} />
      if (freshness.kind !== 'behind') return <LanesSkeleton />
      return (
        <EmptyState
          mt="xl"
          role="alert"
          icon={<IconCloudOff stroke={1.5} />}
          title="Live data cannot be reached"
          description={`${freshness.detail} Gates go on deciding; check this computer's connection.`}
        />
      )
    case 'refused':
      return <NoAccess title="Access was withdrawn" text={access.cause} />
    case 'disabled':
      return <NoAccess title="This account is disabled" text={`Ask an administrator to enable ${email} again.`} />
    case 'missing':
      return access.hadAccess ? (
        <NoAccess title="Your access was removed" text="An administrator removed it. The live data was closed." />
      ) : (
        <NoAccess
          title="This account is not an operator"
          text={`Ask an administrator to add ${email}. It works here as soon as that is done.`}
        />
      )
  }
}

function NoAccess({ title, text }: { title: string; text: string }) {
  const session = useSession()
  return (
    <EmptyState mt="xl" role="alert" icon={<IconLock stroke={1.5} />} title={title} description={text}>
      <Button variant="default" onClick={() => session.signOut()}>
        Sign out
      </Button>
    </EmptyState>
  )
}
