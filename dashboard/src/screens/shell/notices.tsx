import { Alert, Stack } from '@mantine/core'
import { IconAlertTriangle, IconLock } from '@tabler/icons-react'
import { useWords } from '../../i18n/language.ts'
import { useFeed, useFeedState } from '../../live/live-context.tsx'

/** What the operator must know whatever screen is open. */
export function Notices() {
  const feed = useFeed()
  const { lostSites, invalid } = useFeedState()
  const { access } = useWords()
  if (lostSites.length === 0 && invalid === 0) return null
  return (
    <Stack gap="xs" mb="md">
      {lostSites.length > 0 && (
        <Alert
          role="alert"
          color="yellow"
          icon={<IconLock />}
          title={access.lost(lostSites.join(', '))}
          withCloseButton
          closeButtonLabel={access.dismiss}
          onClose={() => feed.dismissLostSites()}
        >
          {access.lostText}
        </Alert>
      )}
      {invalid > 0 && (
        <Alert role="alert" color="yellow" icon={<IconAlertTriangle />} title={access.invalidTitle}>
          {access.invalid(invalid)}
        </Alert>
      )}
    </Stack>
  )
}
