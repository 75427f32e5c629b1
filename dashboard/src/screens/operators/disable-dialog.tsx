import type { OperatorItem } from '@turnpike/contracts/operator.ts'
import { useOperatorsWords } from '../../i18n/operators-words.ts'
import { ActionDialog } from '../page/action-dialog.tsx'
import { useReason } from '../page/reason-field.tsx'
import { useOperatorActions } from './use-operators.ts'

type Props = { what: 'disable' | 'enable'; operator: OperatorItem; onClose: () => void }

/** Shuts somebody out, or lets him in again, for a reason. */
export function DisableDialog({ what, operator, onClose }: Props) {
  const words = useOperatorsWords()
  const { change } = useOperatorActions()
  const reason = useReason()
  const submit = () => {
    const changeReason = reason.read()
    return changeReason === undefined ? undefined : change(operator, { disabled: what === 'disable', changeReason })
  }
  return (
    <ActionDialog
      onClose={onClose}
      title={words[`${what}Title`](operator.name)}
      text={words[`${what}Text`](operator.name)}
      submit={words[what]}
      onSubmit={submit}
    >
      {reason.field}
    </ActionDialog>
  )
}
