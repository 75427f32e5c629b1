import { Tooltip } from '@mantine/core'
import { IconBolt, IconCircleFilled, IconClockExclamation, IconLoader2, IconLock } from '@tabler/icons-react'
import { useWords } from '../../i18n/language.ts'
import { useFreshness } from '../../live/live-context.tsx'
import styles from './freshness-badge.module.css'

const icons = {
  connecting: IconLoader2,
  live: IconCircleFilled,
  behind: IconClockExclamation,
  direct: IconBolt,
  refused: IconLock,
}

/** How current the screen is. A count of seconds is shown but not read out each second. */
export function FreshnessBadge() {
  const { freshness } = useWords()
  const { kind, text, detail } = useFreshness()
  const Icon = icons[kind]
  return (
    <Tooltip label={detail} multiline maw={280} events={{ hover: true, focus: true, touch: true }}>
      <div
        role="status"
        aria-label={freshness.label}
        aria-live={kind === 'behind' ? 'off' : 'polite'}
        data-freshness={kind}
        className={styles.badge}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the explanation must be reachable without a mouse
        tabIndex={0}
      >
        <Icon size={kind === 'live' ? '0.55rem' : '0.95rem'} stroke={1.8} aria-hidden="true" />
        <span>{text}</span>
      </div>
    </Tooltip>
  )
}
