import { ActionIcon, Menu, Text } from '@mantine/core'
import { IconLogout, IconUserCircle } from '@tabler/icons-react'
import { useFeedState } from '../../live/live-context.tsx'
import { usePerson, useSession } from '../../session/session-context.tsx'

export function AccountMenu() {
  const session = useSession()
  const { email } = usePerson()
  const { access } = useFeedState()
  return (
    <Menu position="bottom-end" width={240} withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Account">
          <IconUserCircle size="1.375rem" stroke={1.6} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {access.kind === 'granted' && (
            <Text component="div" size="sm" fw={600} c="var(--mantine-color-text)">
              {access.name}
            </Text>
          )}
          <div>{email}</div>
          {access.kind === 'granted' && <div data-role={access.role}>Role: {access.role}</div>}
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size="1rem" stroke={1.6} />} onClick={() => session.signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
