import {
  IconAlertTriangle,
  IconBarrierBlock,
  IconBell,
  IconCheck,
  IconCloudOff,
  IconHourglassHigh,
  IconLockOpen,
} from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useOverviewWords } from '../../i18n/overview-words.ts'
import { type Attention, urgency } from './attention.ts'
import styles from './overview.module.css'

const icons = {
  waiting: IconHourglassHigh,
  fault: IconAlertTriangle,
  fallback: IconCloudOff,
  blocked: IconBarrierBlock,
  heldOpen: IconLockOpen,
  alerts: IconBell,
}

/** What of a site needs somebody, each with the way there. */
export function AttentionList({ siteId, attention }: { siteId: string; attention: Attention }) {
  const overview = useOverviewWords()
  const kinds = urgency.filter((kind) => attention[kind] > 0)
  if (kinds.length === 0)
    return (
      <p className={styles.calm}>
        <IconCheck size="1rem" stroke={2} aria-hidden="true" />
        {overview.calm}
      </p>
    )
  return (
    <ul className={styles.attention}>
      {kinds.map((kind) => {
        const Icon = icons[kind]
        return (
          <li key={kind}>
            <Link
              to={kind === 'alerts' ? '/alerts' : '/lanes'}
              search={{ site: siteId }}
              data-attention={kind}
              className={styles.need}
            >
              <Icon size="1rem" stroke={1.9} aria-hidden="true" />
              {overview[kind](attention[kind])}
            </Link>
          </li>
        )
      })}
    </ul>
  )
}
