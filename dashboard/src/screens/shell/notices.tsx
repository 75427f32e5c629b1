import { Alert, Stack } from '@mantine/core'
import { IconAlertTriangle, IconLock } from '@tabler/icons-react'
import { useFeed, useFeedState } from '../../live/live-context.tsx'

/** What the operator must know whatever screen is open. */
export function Notices() {
  const feed = useFeed()
  const { lostSites, invalid } = useFeedState()
  if (lostSites.length === 0 && invalid === 0) return null
  return (
    <Stack gap="xs" mb="md">
      {lostSites.length > 0 && (
        <Alert
          role="alert"
          color="yellow"
          icon={<IconLock />}
          title={`You no longer have access to ${lostSites.join(', ')}`}
          withCloseButton
          closeButtonLabel="Dismiss"
          onClose={() => feed.dismissLostSites()}
        >
          An administrator changed your sites. The live data of {lostSites.length === 1 ? 'this site' : 'these sites'}{' '}
          was closed.
        </Alert>
      )}
      {invalid > 0 && (
        <Alert role="alert" color="yellow" icon={<IconAlertTriangle />} title="Some lanes cannot be shown">
          {invalid === 1 ? 'One live document is' : `${invalid} live documents are`} newer than this page understands.
          Load the page again; if it stays so, tell your administrator.
        </Alert>
      )}
    </Stack>
  )
}
