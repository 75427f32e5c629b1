import { Button, Center, EmptyState } from '@mantine/core'
import { IconPlugConnectedX } from '@tabler/icons-react'

/** Shown when the console cannot even start: what is wrong, and a way to try again. */
export function StartFailed({ message, onRetry }: { message: string; onRetry: () => void }) {
  return (
    <Center component="main" mih="100dvh" p="md">
      <EmptyState
        role="alert"
        icon={<IconPlugConnectedX stroke={1.5} />}
        title="Turnpike cannot start"
        description={<span style={{ whiteSpace: 'pre-line' }}>{message}</span>}
      >
        <Button onClick={onRetry}>Try again</Button>
      </EmptyState>
    </Center>
  )
}
