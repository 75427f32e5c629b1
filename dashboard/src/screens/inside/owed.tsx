import { Skeleton } from '@mantine/core'
import type { BillNow } from '@turnpike/contracts/session-bill.ts'
import { useFormats } from '../../i18n/format.ts'
import { useWords } from '../../i18n/language.ts'
import page from '../page/page.module.css'

/** What a stay owes now, or why it owes nothing. */
export function Owed({ bill }: { bill: BillNow | undefined }) {
  const { session } = useWords()
  const format = useFormats()
  if (bill === undefined) return <Skeleton h={14} w={56} />
  if (bill.settledBy !== null) return <span className={page.quiet}>{session.settledBy[bill.settledBy]}</span>
  return <strong data-owed-minor={bill.owedMinor}>{format.money(bill.owedMinor, bill.currency)}</strong>
}
