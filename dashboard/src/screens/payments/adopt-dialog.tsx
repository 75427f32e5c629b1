import { NativeSelect, SegmentedControl, TextInput } from '@mantine/core'
import type { OrphanItem } from '@turnpike/contracts/payment.ts'
import { useState } from 'react'
import { useMoneyWords } from '../../i18n/money-words.ts'
import { useSiteNames } from '../../live/live-context.tsx'
import { ActionDialog } from '../page/action-dialog.tsx'
import { useReason } from '../page/reason-field.tsx'
import { useChosenSites } from '../shell/chosen-sites.ts'
import { useOrphanActions } from './use-payments.ts'

const owners = ['vehicle', 'session', 'subscription'] as const

/** Says whose money it is: a vehicle's credit at a site, a stay, or a subscription. */
export function AdoptDialog({ orphan, onClose }: { orphan: OrphanItem; onClose: () => void }) {
  const { payments: words } = useMoneyWords()
  const { all, chosen } = useChosenSites()
  const names = useSiteNames(all)
  const { adopt } = useOrphanActions(orphan.id)
  const reason = useReason()
  const [owner, setOwner] = useState<(typeof owners)[number]>('vehicle')
  const [siteId, setSiteId] = useState(chosen ?? all[0] ?? '')
  const [text, setText] = useState('')
  const [missing, setMissing] = useState(false)
  const submit = () => {
    const why = reason.read()
    const named = text.trim()
    setMissing(named === '')
    if (why === undefined || named === '') return undefined
    if (owner === 'vehicle') return adopt({ siteId, plate: named, reason: why })
    // The address of a page is as good as the id in it.
    const id = named.split('/').at(-1)!.split('?')[0]!
    return adopt({ [`${owner}Id`]: id, reason: why })
  }
  return (
    <ActionDialog onClose={onClose} title={words.adopt} text={words.adoptText} submit={words.adopt} onSubmit={submit}>
      <SegmentedControl
        aria-label={words.owner}
        value={owner}
        onChange={(value) => setOwner(owners.find((known) => known === value)!)}
        data={owners.map((value) => ({ value, label: words.owners[value] }))}
      />
      {owner === 'vehicle' && (
        <NativeSelect
          label={words.site}
          value={siteId}
          onChange={(event) => setSiteId(event.currentTarget.value)}
          data={all.map((value, index) => ({ value, label: names[index]! }))}
        />
      )}
      <TextInput
        label={words.ownerFields[owner]}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value)
          setMissing(false)
        }}
        error={missing}
        maxLength={owner === 'vehicle' ? 32 : 200}
        autoComplete="off"
      />
      {reason.field}
    </ActionDialog>
  )
}
