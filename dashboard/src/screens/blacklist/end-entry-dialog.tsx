import type { BlacklistItem } from '@turnpike/contracts/blacklist.ts'
import { useWords } from '../../i18n/language.ts'
import { ActionDialog } from '../page/action-dialog.tsx'
import { useReason } from '../page/reason-field.tsx'
import { useBlacklistActions } from './use-blacklist.ts'

/** Asks before a vehicle may enter again, and why it may. */
export function EndEntryDialog({ entry, onClose }: { entry: BlacklistItem; onClose: () => void }) {
  const { blacklist: words, common } = useWords()
  const { end } = useBlacklistActions()
  const reason = useReason({ optional: true })
  const submit = () => {
    const why = reason.read()
    return why === undefined ? undefined : end(entry, why)
  }
  return (
    <ActionDialog
      onClose={onClose}
      title={words.endTitle(entry.plate ?? common.plateErased)}
      text={words.endText}
      submit={words.end}
      onSubmit={submit}
    >
      {reason.field}
    </ActionDialog>
  )
}
