import { Button, CopyButton, Group, List, Modal, Stack, Text, TextInput } from '@mantine/core'
import type { InvitedOperator } from '@turnpike/contracts/operator.ts'
import { useOperatorsWords } from '../../i18n/operators-words.ts'
import { useSession } from '../../session/session-context.tsx'

/** What an admin has to hand over, and what happens then. The link is never shown again: only a button closes this. */
export function InvitedDialog({ invited, onClose }: { invited: InvitedOperator; onClose: () => void }) {
  const words = useOperatorsWords()
  const { ways } = useSession()
  const { name, email, invitationUrl } = invited
  const providers = ways.providers.map((provider) => provider.name).join(', ')
  const address = window.location.origin
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.invitedTitle(name)}
      centered
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <Stack gap="md">
        {ways.password ? (
          <>
            <Text size="sm">{words.handOver(name)}</Text>
            <Group align="end" gap="sm" wrap="nowrap">
              <TextInput
                label={words.link}
                value={invitationUrl}
                readOnly
                onFocus={(event) => event.currentTarget.select()}
                flex={1}
              />
              <CopyButton value={invitationUrl}>
                {({ copied, copy }) => (
                  <Button variant="default" onClick={copy} data-autofocus>
                    {copied ? words.copied : words.copy}
                  </Button>
                )}
              </CopyButton>
            </Group>
            <div>
              <Text size="sm" fw={600} mb={4}>
                {words.next}
              </Text>
              <List size="sm" type="ordered" spacing={4}>
                <List.Item>{words.setsPassword}</List.Item>
                <List.Item>{words.signsIn(email, address)}</List.Item>
              </List>
            </div>
            <Text size="sm" c="dimmed">
              {words.linkGone} {providers !== '' && words.providerToo(email, providers)}
            </Text>
          </>
        ) : (
          <Text size="sm">
            {words.providerOnly(name, email, providers)} {words.signInAt(address)}
          </Text>
        )}
        <Group justify="flex-end">
          <Button onClick={onClose}>{words.done}</Button>
        </Group>
      </Stack>
    </Modal>
  )
}
