import { TextInput } from '@mantine/core'
import type { PaymentItem } from '@turnpike/contracts/payment.ts'
import { useState } from 'react'
import { readAmount } from '../../format/amount.ts'
import { useFormats } from '../../i18n/format.ts'
import { useMoneyWords } from '../../i18n/money-words.ts'
import { ActionDialog } from '../page/action-dialog.tsx'
import { useReason } from '../page/reason-field.tsx'
import { useRefund } from './use-payments.ts'

type Props = { payment: PaymentItem; leftMinor: number; onClose: () => void }

/** Gives some or all of a payment back, for a reason. */
export function RefundDialog({ payment, leftMinor, onClose }: Props) {
  const { payments: words } = useMoneyWords()
  const format = useFormats()
  const { currency } = payment
  const refund = useRefund(payment.id)
  const reason = useReason()
  const [text, setText] = useState(() => format.amount(leftMinor, currency))
  const [wrong, setWrong] = useState(false)
  const left = format.money(leftMinor, currency)
  const submit = () => {
    const amountMinor = readAmount(text, currency)
    const isWrong = amountMinor === undefined || amountMinor === 0 || amountMinor > leftMinor
    const why = reason.read()
    setWrong(isWrong)
    return isWrong || why === undefined ? undefined : refund({ amountMinor, reason: why })
  }
  return (
    <ActionDialog
      onClose={onClose}
      title={words.refund}
      text={words.refundText(left)}
      submit={words.refund}
      onSubmit={submit}
    >
      <TextInput
        label={words.sum(currency)}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value)
          setWrong(false)
        }}
        error={wrong && words.sumWrong(left)}
        inputMode="decimal"
        autoComplete="off"
        data-autofocus
      />
      {reason.field}
    </ActionDialog>
  )
}
