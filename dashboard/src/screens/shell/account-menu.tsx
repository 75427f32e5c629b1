import { ActionIcon, Menu, Text } from '@mantine/core'
import { IconLogout, IconUserCircle } from '@tabler/icons-react'
import { useWords } from '../../i18n/language.ts'
import { useFeedState } from '../../live/live-context.tsx'
import { usePerson, useSession } from '../../session/session-context.tsx'
import { LanguageItems } from './language-menu.tsx'

export function AccountMenu() {
  const session = useSession()
  const { email } = usePerson()
  const { access } = useFeedState()
  const { account } = useWords()
  return (
    <Menu position="bottom-end" width={240} withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={account.label}>
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
          {access.kind === 'granted' && (
            <div data-role={access.role}>
              {account.role}: {account.roles[access.role]}
            </div>
          )}
        </Menu.Label>
        <Menu.Divider />
        <Menu.Label>{account.language}</Menu.Label>
        <LanguageItems />
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size="1rem" stroke={1.6} />} onClick={() => session.signOut()}>
          {account.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
