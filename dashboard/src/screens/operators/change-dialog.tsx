import type { OperatorItem } from '@turnpike/contracts/operator.ts'
import { useOperatorsWords } from '../../i18n/operators-words.ts'
import { ActionDialog } from '../page/action-dialog.tsx'
import { useReason } from '../page/reason-field.tsx'
import { useRightsFields } from './rights-fields.tsx'
import { useOperatorActions } from './use-operators.ts'

type Props = { operator: OperatorItem; own: boolean; onClose: () => void }

/** Another name, role or sites, for a reason. */
export function ChangeDialog({ operator, own, onClose }: Props) {
  const words = useOperatorsWords()
  const { change } = useOperatorActions()
  const rights = useRightsFields(operator, own)
  const reason = useReason()
  const submit = () => {
    const [read, changeReason] = [rights.read(), reason.read()]
    if (read === undefined || changeReason === undefined) return undefined
    return change(operator, { ...read.change, changeReason })
  }
  return (
    <ActionDialog
      onClose={onClose}
      title={words.changeTitle(operator.name)}
      text={own ? words.ownText : words.changeText}
      submit={words.change}
      onSubmit={submit}
    >
      {rights.fields}
      {reason.field}
    </ActionDialog>
  )
}
