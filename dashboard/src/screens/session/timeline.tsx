import {
  IconArrowsRightLeft,
  IconCamera,
  IconCreditCard,
  IconGavel,
  IconHistory,
  IconReceipt,
  IconTerminal2,
} from '@tabler/icons-react'
import type { TimelineEntry } from '@turnpike/contracts/timeline.ts'
import { useMemo } from 'react'
import { useFormats } from '../../i18n/format.ts'
import { useWords } from '../../i18n/language.ts'
import { useLanes } from '../../live/live-context.tsx'
import page from '../page/page.module.css'
import { EntryText } from './entry-text.tsx'
import styles from './session.module.css'

const icons = {
  read: IconCamera,
  decision: IconGavel,
  passage: IconArrowsRightLeft,
  quote: IconReceipt,
  payment: IconCreditCard,
  command: IconTerminal2,
  audit: IconHistory,
}

type Props = { entries: TimelineEntry[]; siteId: string; timeZone: string }

/** What happened during a stay, in that order. */
export function Timeline({ entries, siteId, timeZone }: Props) {
  const { session: words } = useWords()
  const format = useFormats()
  const lanes = useLanes(useMemo(() => [siteId], [siteId]))
  const laneName = (gateId: string) => lanes.find((lane) => lane.gateId === gateId)?.name
  if (entries.length === 0) return <p className={page.quiet}>{words.empty}</p>
  return (
    <ol className={styles.timeline} aria-label={words.timelineLabel}>
      {entries.map((entry) => {
        const Icon = icons[entry.kind]
        return (
          <li key={keyOf(entry)} data-entry={entry.kind}>
            <time dateTime={entry.at} className={page.quiet}>
              {format.dateTime(entry.at, timeZone)}
            </time>
            <Icon className={styles.mark} size="1.05rem" stroke={1.7} role="img" aria-label={words.kinds[entry.kind]} />
            <div className={styles.entry}>
              <EntryText entry={entry} laneName={laneName} />
            </div>
          </li>
        )
      })}
    </ol>
  )
}

function keyOf(entry: TimelineEntry): string {
  switch (entry.kind) {
    case 'read':
      return `r${entry.read.id}`
    case 'decision':
      return `d${entry.decision.id}`
    case 'passage':
      return `p${entry.passage.id}`
    case 'quote':
      return `q${entry.quote.id}`
    case 'payment':
      return `m${entry.payment.id}`
    case 'command':
      return `c${entry.command.id}`
    case 'audit':
      return `a${entry.audit.id}`
  }
}
