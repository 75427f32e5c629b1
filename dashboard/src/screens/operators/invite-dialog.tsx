import { TextInput } from '@mantine/core'
import { type InvitedOperator, newOperator } from '@turnpike/contracts/operator.ts'
import { useState } from 'react'
import { useWords } from '../../i18n/language.ts'
import { useOperatorsWords } from '../../i18n/operators-words.ts'
import { ActionDialog } from '../page/action-dialog.tsx'
import { useChosenSites } from '../shell/chosen-sites.ts'
import { useRightsFields } from './rights-fields.tsx'
import { useOperatorActions } from './use-operators.ts'

const { email: emailRule } = newOperator.shape

/** Makes somebody an operator. @param props.onInvited has what to hand over */
export function InviteDialog({
  onInvited,
  onClose,
}: {
  onInvited: (invited: InvitedOperator) => void
  onClose: () => void
}) {
  const words = useOperatorsWords()
  const { signIn } = useWords()
  const { all, chosen } = useChosenSites()
  const { invite } = useOperatorActions()
  const only = chosen ?? (all.length === 1 ? all[0] : undefined)
  const rights = useRightsFields({ name: '', role: 'operator', siteIds: only === undefined ? [] : [only] })
  const [email, setEmail] = useState('')
  const [wrong, setWrong] = useState(false)
  const submit = () => {
    const isEmail = emailRule.safeParse(email.trim()).success
    setWrong(!isEmail)
    const read = rights.read()
    if (!isEmail || read === undefined) return undefined
    const { name, role, siteIds } = read.now
    const body = { email: email.trim(), name: name.trim(), role, siteIds: role === 'admin' ? [] : siteIds }
    return invite(body).then(onInvited)
  }
  return (
    <ActionDialog
      onClose={onClose}
      title={words.inviteTitle}
      text={words.inviteText}
      submit={words.invite}
      onSubmit={submit}
    >
      <TextInput
        type="email"
        label={words.email}
        value={email}
        onChange={(event) => {
          setEmail(event.currentTarget.value)
          setWrong(false)
        }}
        error={wrong && signIn.notAnAddress}
        maxLength={254}
        autoComplete="off"
        data-autofocus
      />
      {rights.fields}
    </ActionDialog>
  )
}
