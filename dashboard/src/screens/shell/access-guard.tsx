import { Button, EmptyState } from '@mantine/core'
import { IconCloudOff, IconLock, IconMapPinOff } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useWords } from '../../i18n/language.ts'
import { useFeedState, useFreshness } from '../../live/live-context.tsx'
import { usePerson, useSession } from '../../session/session-context.tsx'
import { LanesSkeleton } from '../lanes/lanes-skeleton.tsx'

/** Shows the screen to whom it may concern; to everybody else why there is nothing, and what to do. */
export function AccessGuard({ children }: { children: ReactNode }) {
  const { access, link } = useFeedState()
  const { email } = usePerson()
  const freshness = useFreshness()
  const { access: say } = useWords()
  switch (access.kind) {
    case 'granted':
      if (access.sites.length > 0) return children
      return (
        <EmptyState
          mt="xl"
          icon={<IconMapPinOff stroke={1.5} />}
          title={say.noSiteTitle}
          description={say.noSite(email)}
        />
      )
    case 'unknown':
      if (link.kind === 'refused') return <NoAccess title={say.apiRefuses} text={link.cause} />
      if (freshness.kind !== 'behind') return <LanesSkeleton />
      return (
        <EmptyState
          mt="xl"
          role="alert"
          icon={<IconCloudOff stroke={1.5} />}
          title={say.unreachableTitle}
          description={`${freshness.detail} ${say.unreachable}`}
        />
      )
    case 'refused':
      return <NoAccess title={say.withdrawn} text={access.cause} />
    case 'disabled':
      return <NoAccess title={say.disabledTitle} text={say.disabled(email)} />
    case 'missing':
      return access.hadAccess ? (
        <NoAccess title={say.removedTitle} text={say.removed} />
      ) : (
        <NoAccess title={say.noOperatorTitle} text={say.noOperator(email)} />
      )
  }
}

function NoAccess({ title, text }: { title: string; text: string }) {
  const session = useSession()
  const { account } = useWords()
  return (
    <EmptyState mt="xl" role="alert" icon={<IconLock stroke={1.5} />} title={title} description={text}>
      <Button variant="default" onClick={() => session.signOut()}>
        {account.signOut}
      </Button>
    </EmptyState>
  )
}
