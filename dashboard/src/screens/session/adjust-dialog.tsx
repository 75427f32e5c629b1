import { SegmentedControl, TextInput } from '@mantine/core'
import type { SessionDetail } from '@turnpike/contracts/session.ts'
import { useState } from 'react'
import { parseMoney } from '../../format/money.ts'
import { useFormats } from '../../i18n/format.ts'
import { useWords } from '../../i18n/language.ts'
import { ActionDialog } from '../page/action-dialog.tsx'
import { useReason } from '../page/reason-field.tsx'
import { useAdjustStay } from './use-session.ts'

/** Puts a sum on what a stay is asked for, or takes one off it. The price itself stays what the tariff says. */
export function AdjustDialog({ session, onClose }: { session: SessionDetail; onClose: () => void }) {
  const { session: words } = useWords()
  const format = useFormats()
  const adjust = useAdjustStay(session)
  const reason = useReason()
  const [less, setLess] = useState(true)
  const [text, setText] = useState('')
  const [missing, setMissing] = useState(false)
  const sum = parseMoney(text, session.currency)
  const amountMinor = sum === undefined ? undefined : less ? -sum : sum
  const submit = () => {
    const why = reason.read()
    setMissing(amountMinor === undefined)
    return amountMinor !== undefined && why !== undefined ? adjust(amountMinor, why) : undefined
  }
  const shown = sum === undefined ? undefined : format.money(sum, session.currency)
  return (
    <ActionDialog
      onClose={onClose}
      title={words.adjust}
      text={words.adjustText}
      submit={shown === undefined ? words.adjust : less ? words.takeOff(shown) : words.putOn(shown)}
      onSubmit={submit}
    >
      <SegmentedControl
        aria-label={words.adjust}
        value={less ? 'less' : 'more'}
        data={[
          { value: 'less', label: words.less },
          { value: 'more', label: words.more },
        ]}
        onChange={(value) => setLess(value === 'less')}
      />
      <TextInput
        label={words.sum(session.currency)}
        inputMode="decimal"
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value)
          setMissing(false)
        }}
        error={missing && words.sumMissing}
        autoComplete="off"
        data-autofocus
      />
      {reason.field}
    </ActionDialog>
  )
}
