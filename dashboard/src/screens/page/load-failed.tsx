import { Button, EmptyState } from '@mantine/core'
import { IconCloudOff } from '@tabler/icons-react'
import { useWords } from '../../i18n/language.ts'

/** What could not be loaded, in the words of whoever refused it, and a way to try again. */
export function LoadFailed({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const { common } = useWords()
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
