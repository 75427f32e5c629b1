import { Button, Chip, Group, Modal, NativeSelect, Stack, TextInput } from '@mantine/core'
import type { CommandAction, CommandItem } from '@turnpike/contracts/gate-command.ts'
import { type FormEvent, useState } from 'react'
import { span } from '../../format/time.ts'
import { useFormats } from '../../i18n/format.ts'
import { useWords } from '../../i18n/language.ts'
import { useServerNow } from '../../live/live-context.tsx'
import { FailedAction } from '../page/failed-action.tsx'
import { holdMinutes, holdUntil } from './hold-times.ts'
import { useSendCommand } from './send-command.ts'

const untilReleased = ''

/** Asks why, and for how long where it lasts, then commands the barrier. The reason is kept in the audit trail with the operator's name. */
export function CommandDialog(props: {
  action: CommandAction
  gateId: string
  gateName: string
  timeZone: string
  onClose: () => void
  onSent: (command: CommandItem) => void
}) {
  const { action, gateId, gateName, timeZone, onClose, onSent } = props
  const { commands: words, common } = useWords()
  const format = useFormats()
  const now = useServerNow()
  const [reason, setReason] = useState('')
  const [missing, setMissing] = useState(false)
  const [minutes, setMinutes] = useState(action === 'hold_open' ? String(holdMinutes[0]) : untilReleased)
  const send = useSendCommand(gateId, (command) => {
    onSent(command)
    onClose()
  })
  const lasts = action === 'hold_open' || action === 'block'
  const until = lasts && minutes !== untilReleased ? holdUntil(Number(minutes), now) : undefined
  const changeReason = (text: string) => {
    setReason(text)
    setMissing(false)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const said = reason.trim()
    setMissing(said.length < 3)
    if (said.length >= 3) send.mutate({ action, reason: said, ...(until !== undefined && { holdUntil: until }) })
  }
  return (
    <Modal opened onClose={onClose} title={words.titles[action](gateName)} centered>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          {lasts && (
            <NativeSelect
              label={words.howLong}
              description={action === 'hold_open' ? words.howLongHeld : words.howLongBlocked}
              value={minutes}
              onChange={(event) => setMinutes(event.currentTarget.value)}
              data={[
                ...(action === 'block' ? [{ value: untilReleased, label: words.untilReleased }] : []),
                ...holdMinutes.map((each) => ({ value: String(each), label: span(each * 60) })),
              ]}
              inputWrapperOrder={['label', 'description', 'input', 'error']}
            />
          )}
          {until !== undefined && <p style={{ margin: 0 }}>{words.endsAt(format.time(until, timeZone))}</p>}
          <Chip.Group value={reason} onChange={changeReason}>
            <Group gap={6} role="group" aria-label={words.usualReasons}>
              {words.quickReasons[action].map((quick) => (
                <Chip key={quick} value={quick} size="sm" radius="sm" variant="outline">
                  {quick}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
          <TextInput
            label={common.reason}
            description={words.kept}
            value={reason}
            onChange={(event) => changeReason(event.currentTarget.value)}
            error={missing && common.reasonTooShort}
            maxLength={200}
            required
            withAsterisk={false}
            data-autofocus
          />
          {send.isError && <FailedAction error={send.error} notDone={words.notCommanded} />}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              {common.cancel}
            </Button>
            <Button type="submit" loading={send.isPending}>
              {words.submit[action]}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
