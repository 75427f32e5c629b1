import { Skeleton, Stack } from '@mantine/core'
import { useWords } from '../../i18n/language.ts'

/** The shape of a list before its data, or its code, are here. */
export function ScreenSkeleton({ rows = 8 }: { rows?: number }) {
  const { common } = useWords()
  return (
    <Stack gap="xs" role="status" aria-busy="true" aria-label={common.loading}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike and never move
        <Skeleton key={row} h={44} radius="sm" />
      ))}
    </Stack>
  )
}
