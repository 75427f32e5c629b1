import type { SubscriptionActionRequest, SubscriptionItem } from '@turnpike/contracts/subscription.ts'
import { useMoneyWords } from '../../i18n/money-words.ts'
import { ActionDialog } from '../page/action-dialog.tsx'
import { useReason } from '../page/reason-field.tsx'
import { useSubscriptionActions } from './use-subscriptions.ts'

type Props = { action: SubscriptionActionRequest['action']; subscription: SubscriptionItem; onClose: () => void }

/** Pauses, resumes or cancels, for a reason. Where a provider collects, it is asked, and what became of it shows once it says so. */
export function ActDialog({ action, subscription, onClose }: Props) {
  const { subscriptions: words } = useMoneyWords()
  const { act, end } = useSubscriptionActions()
  const here = subscription.provider === null
  const ends = here && action === 'cancel_now'
  const reason = useReason({ optional: ends })
  const submit = () => {
    const why = reason.read()
    if (why === undefined) return undefined
    return ends ? end(subscription, why) : act(subscription, { action, reason: why })
  }
  const text = words.actionTexts[action]
  return (
    <ActionDialog
      onClose={onClose}
      title={words.actions[action]}
      text={here ? text : `${text} ${words.providerIsAsked}`}
      submit={words.actions[action]}
      grave={action === 'cancel_now'}
      onSubmit={submit}
    >
      {reason.field}
    </ActionDialog>
  )
}
