import type { OrphanItem } from '@turnpike/contracts/payment.ts'
import { useMoneyWords } from '../../i18n/money-words.ts'
import { ActionDialog } from '../page/action-dialog.tsx'
import { useReason } from '../page/reason-field.tsx'
import { useOrphanActions } from './use-payments.ts'

/** Says that a notification concerns nobody here. */
export function DismissDialog({ orphan, onClose }: { orphan: OrphanItem; onClose: () => void }) {
  const { payments: words } = useMoneyWords()
  const { dismiss } = useOrphanActions(orphan.id)
  const reason = useReason()
  const submit = () => {
    const why = reason.read()
    return why === undefined ? undefined : dismiss(why)
  }
  return (
    <ActionDialog
      onClose={onClose}
      title={words.dismiss}
      text={words.dismissText}
      submit={words.dismiss}
      grave
      onSubmit={submit}
    >
      {reason.field}
    </ActionDialog>
  )
}
