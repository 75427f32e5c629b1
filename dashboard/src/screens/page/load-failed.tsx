import { Button, EmptyState } from '@mantine/core'
import { IconCloudOff, IconMapQuestion } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { ApiError } from '../../api/problem.ts'
import { useWords } from '../../i18n/language.ts'

/** What could not be loaded, in the words of whoever refused it, and a way to try again; or that there is no such thing. */
export function LoadFailed({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const { common } = useWords()
  // Asked again, it would be refused again.
  if (error instanceof ApiError && error.status === 404)
    return (
      <EmptyState
        mt="lg"
        role="alert"
        icon={<IconMapQuestion stroke={1.5} />}
        title={common.goneTitle}
        description={common.gone}
      >
        <Button component={Link} to="/overview">
          {common.toOverview}
        </Button>
      </EmptyState>
    )
  return (
    <EmptyState
      mt="lg"
      role="alert"
      icon={<IconCloudOff stroke={1.5} />}
      title={common.failedTitle}
      description={error.message}
    >
      <Button variant="default" onClick={onRetry}>
        {common.retry}
      </Button>
    </EmptyState>
  )
}
