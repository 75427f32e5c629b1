import { NativeSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import { zonedInstant } from '../../format/time.ts'
import { useWords } from '../../i18n/language.ts'
import { useSiteNames } from '../../live/live-context.tsx'
import { ActionDialog } from '../page/action-dialog.tsx'
import { useReason } from '../page/reason-field.tsx'
import { useMay } from '../page/use-role.ts'
import { useZone } from '../page/use-zone.ts'
import { useChosenSites } from '../shell/chosen-sites.ts'
import { useBlacklistActions } from './use-blacklist.ts'

/** Refuses a vehicle entry at a site or, for an admin, at all of them. */
export function AddEntryDialog({ onClose }: { onClose: () => void }) {
  const { blacklist: words } = useWords()
  const { all, chosen } = useChosenSites()
  const names = useSiteNames(all)
  const admin = useMay('admin')
  const { add } = useBlacklistActions()
  const reason = useReason()
  const [plate, setPlate] = useState('')
  const [picked, setPicked] = useState<string>()
  const [until, setUntil] = useState('')
  const [missing, setMissing] = useState(false)
  const siteId = picked ?? chosen ?? all[0] ?? ''
  const timeZone = useZone(siteId || null)
  const submit = () => {
    const why = reason.read()
    setMissing(plate.trim() === '')
    if (why === undefined || plate.trim() === '') return undefined
    const validUntil = until === '' ? null : zonedInstant(until, timeZone)
    return add({ siteId: siteId || null, plate: plate.trim(), reason: why, validUntil })
  }
  return (
    <ActionDialog
      onClose={onClose}
      title={words.addTitle}
      text={words.noneText}
      submit={words.submit}
      onSubmit={submit}
    >
      <TextInput
        label={words.plate}
        value={plate}
        onChange={(event) => {
          setPlate(event.currentTarget.value)
          setMissing(false)
        }}
        error={missing}
        maxLength={32}
        autoComplete="off"
        required
        withAsterisk={false}
        data-autofocus
      />
      <NativeSelect
        label={words.site}
        value={siteId}
        onChange={(event) => setPicked(event.currentTarget.value)}
        data={[
          ...all.map((value, index) => ({ value, label: names[index]! })),
          ...(admin ? [{ value: '', label: words.everywhere }] : []),
        ]}
      />
      <TextInput
        type="datetime-local"
        label={words.until}
        value={until}
        onChange={(event) => setUntil(event.currentTarget.value)}
      />
      {reason.field}
    </ActionDialog>
  )
}
