import { Skeleton } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import type { BillNow } from '@turnpike/contracts/session-bill.ts'
import { useFormats } from '../../i18n/format.ts'
import { useWords } from '../../i18n/language.ts'
import page from '../page/page.module.css'
import { Bill } from './bill.tsx'
import styles from './session.module.css'

type Props = {
  /** What is tried out, as JSON; null while it is not filled in. Another text is another price. */
  asked: object | null
  preview: (signal: AbortSignal) => Promise<BillNow>
  timeZone: string
}

/** What would be owed if this were done, line by line: nothing has been done yet. */
export function PricePreview({ asked, preview, timeZone }: Props) {
  const { session: words } = useWords()
  const format = useFormats()
  const [settled] = useDebouncedValue(asked === null ? null : JSON.stringify(asked), 300)
  const query = useQuery({
    queryKey: ['preview', settled],
    queryFn: ({ signal }) => preview(signal),
    enabled: settled !== null,
    retry: false,
  })
  if (settled === null) return null
  return (
    <section className={styles.preview} aria-label={words.preview} aria-live="polite" data-preview={query.status}>
      <h3>{words.preview}</h3>
      {query.isPending && <Skeleton h={60} />}
      {query.isError && <p role="alert">{query.error.message}</p>}
      {query.data && (
        <>
          <p className={page.quiet}>{words.previewAt(format.dateTime(query.data.at, timeZone))}</p>
          {query.data.settledBy === null ? (
            <Bill lines={query.data.lines} currency={query.data.currency} totalMinor={query.data.owedMinor} />
          ) : (
            <strong>{words.settledBy[query.data.settledBy]}</strong>
          )}
          {query.data.needsReview && <p className={page.quiet}>{words.previewReview}</p>}
        </>
      )}
    </section>
  )
}
