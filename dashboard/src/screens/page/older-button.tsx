import { Button, Center } from '@mantine/core'
import { useWords } from '../../i18n/language.ts'

type Pages = { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown }

/** Goes on with the page after the last one. Nothing where there is none. */
export function OlderButton({ hasNextPage, isFetchingNextPage, fetchNextPage }: Pages) {
  const { common } = useWords()
  if (!hasNextPage) return null
  return (
    <Center mt="md">
      <Button variant="default" loading={isFetchingNextPage} onClick={() => fetchNextPage()}>
        {common.older}
      </Button>
    </Center>
  )
}
