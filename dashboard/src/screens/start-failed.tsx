import { Button, Center, EmptyState } from '@mantine/core'
import { IconPlugConnectedX } from '@tabler/icons-react'
import { useWords } from '../i18n/language.ts'

/** Shown when the console cannot even start: what is wrong, and a way to try again. */
export function StartFailed({ message, onRetry }: { message: string; onRetry: () => void }) {
  const { common, start } = useWords()
  return (
    <Center component="main" mih="100dvh" p="md">
      <EmptyState
        role="alert"
        icon={<IconPlugConnectedX stroke={1.5} />}
        title={start.failed}
        description={<span style={{ whiteSpace: 'pre-line' }}>{message}</span>}
      >
        <Button onClick={onRetry}>{common.retry}</Button>
      </EmptyState>
    </Center>
  )
}
