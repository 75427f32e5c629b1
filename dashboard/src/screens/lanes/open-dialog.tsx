import { Alert, Button, Chip, Group, Modal, Stack, TextInput } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { CommandItem } from '@turnpike/contracts/gate-command.ts'
import { commandRequest } from '@turnpike/contracts/gate-command.ts'
import { type FormEvent, useState } from 'react'
import { ApiError } from '../../api/problem.ts'
import { useSendCommand } from './send-command.ts'

const quickReasons = ['Guest announced', 'Delivery', 'Plate not read', 'Payment problem', 'Emergency']

/** Asks why, then opens the barrier. The reason is kept in the audit trail with the operator's name. */
export function OpenDialog(props: {
  gateId: string
  gateName: string
  opened: boolean
  onClose: () => void
  onSent: (command: CommandItem) => void
}) {
  const { gateId, gateName, opened, onClose, onSent } = props
  const [reason, setReason] = useState('')
  const [problem, setProblem] = useState<string>()
  const send = useSendCommand(gateId, (command) => {
    onSent(command)
    close()
  })
  const close = () => {
    setReason('')
    setProblem(undefined)
    send.reset()
    onClose()
  }
  const changeReason = (text: string) => {
    setReason(text)
    setProblem(undefined)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const parsed = commandRequest.safeParse({ action: 'open', reason })
    setProblem(parsed.error?.issues[0]?.message)
    if (parsed.success) send.mutate(parsed.data)
  }
  return (
    <Modal opened={opened} onClose={close} title={`Open ${gateName}`} centered>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <Chip.Group value={reason} onChange={changeReason}>
            <Group gap={6} role="group" aria-label="Usual reasons">
              {quickReasons.map((quick) => (
                <Chip key={quick} value={quick} size="sm" radius="sm" variant="outline">
                  {quick}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
          <TextInput
            label="Reason"
            description="Kept in the audit trail with your name. The card then shows what the barrier reports."
            value={reason}
            onChange={(event) => changeReason(event.currentTarget.value)}
            error={problem && `Please ${problem}`}
            maxLength={200}
            required
            withAsterisk={false}
            data-autofocus
          />
          {send.isError && (
            <Alert
              role="alert"
              color="red"
              icon={<IconAlertTriangle />}
              title={answered(send.error) ? 'The barrier was not commanded' : 'No answer'}
            >
              {send.error.message}
            </Alert>
          )}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" loading={send.isPending}>
              Open barrier
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

/** Whether the API said no. Without an answer it is not known what became of the command. */
function answered(error: Error): boolean {
  return error instanceof ApiError && error.status > 0
}
