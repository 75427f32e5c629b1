import { TextInput } from '@mantine/core'
import type { SessionChange, SessionDetail } from '@turnpike/contracts/session.ts'
import { useState } from 'react'
import { zonedInstant, zonedLocal } from '../../format/time.ts'
import { useWords } from '../../i18n/language.ts'
import { ActionDialog } from '../page/action-dialog.tsx'
import { useReason } from '../page/reason-field.tsx'
import { PricePreview } from './price-preview.tsx'
import { useChangeStay, usePreviewStay } from './use-session.ts'

export type StayAction = 'correctPlate' | 'moveEntry' | 'waive' | 'end' | 'settle'

type Props = { action: StayAction; session: SessionDetail; timeZone: string; onClose: () => void }

/** Asks what is right, and why, and changes the stay. */
export function StayDialog({ action, session, timeZone, onClose }: Props) {
  const { session: words } = useWords()
  const change = useChangeStay(session)
  const preview = usePreviewStay()
  const reason = useReason()
  const [plate, setPlate] = useState('')
  const [entry, setEntry] = useState(() => zonedLocal(session.openedAt, timeZone))
  const [missing, setMissing] = useState(false)
  const wanted = (): Omit<SessionChange, 'changeReason'> | undefined => {
    switch (action) {
      case 'correctPlate':
        return plate.trim() === '' ? undefined : { plate: plate.trim() }
      case 'moveEntry':
        return entry === '' ? undefined : { openedAt: zonedInstant(entry, timeZone) }
      case 'waive':
        return { waived: true }
      case 'end':
        return { state: 'closed' }
      case 'settle':
        return { needsReview: false }
    }
  }
  const tried = wanted()
  const submit = () => {
    const asked = wanted()
    const changeReason = reason.read()
    setMissing(asked === undefined)
    return asked && changeReason !== undefined ? change({ ...asked, changeReason }) : undefined
  }
  return (
    <ActionDialog
      onClose={onClose}
      title={words[action]}
      text={words[`${action}Text`]}
      submit={words[action]}
      grave={action === 'end'}
      onSubmit={submit}
    >
      {action === 'correctPlate' && (
        <TextInput
          label={words.newPlate}
          value={plate}
          onChange={(event) => setPlate(event.currentTarget.value)}
          error={missing}
          maxLength={32}
          autoComplete="off"
          data-autofocus
        />
      )}
      {action === 'moveEntry' && (
        <TextInput
          type="datetime-local"
          label={words.newEntry}
          value={entry}
          onChange={(event) => setEntry(event.currentTarget.value)}
          error={missing}
          data-autofocus
        />
      )}
      {(action === 'correctPlate' || action === 'moveEntry') && (
        <PricePreview
          asked={tried === undefined ? null : { id: session.id, ...tried }}
          preview={(signal) => preview(session.id, tried!, signal)}
          timeZone={timeZone}
        />
      )}
      {reason.field}
    </ActionDialog>
  )
}
