import { TextInput } from '@mantine/core'
import type { AlertItem } from '@turnpike/contracts/alert.ts'
import { useState } from 'react'
import { useAlertWords } from '../../i18n/alert-words.ts'
import { useWords } from '../../i18n/language.ts'
import { ActionDialog } from '../page/action-dialog.tsx'
import { useChangeAlert } from './use-alerts.ts'

/** Asks before an alert is put away for good, and what was done about it. */
export function ResolveDialog({ alert, onClose }: { alert: AlertItem; onClose: () => void }) {
  const { alerts: words, common } = useWords()
  const { kinds } = useAlertWords()
  const change = useChangeAlert()
  const [text, setText] = useState('')
  const note = text.trim()
  const tooShort = note !== '' && note.length < 3
  const submit = () =>
    tooShort ? undefined : change.mutateAsync({ alert, state: 'resolved', ...(note !== '' && { note }) })
  return (
    <ActionDialog
      onClose={onClose}
      title={kinds[alert.kind]}
      text={words.resolveText}
      submit={words.resolve}
      onSubmit={submit}
    >
      <TextInput
        label={words.comment}
        description={common.reasonKept}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        error={tooShort && common.reasonTooShort}
        maxLength={200}
        data-autofocus
      />
    </ActionDialog>
  )
}
