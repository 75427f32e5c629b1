import type { Outcome } from '@turnpike/contracts/decision.ts'
import styles from './outcome-mark.module.css'

/**
 * The sign of an outcome: a round tick, an octagon with a bar, a diamond with a coin. They differ in outline, so that they can be
 * told apart without colour and from across a room.
 */
export function OutcomeMark({ outcome }: { outcome: Outcome }) {
  return (
    <svg viewBox="0 0 32 32" className={styles.mark} aria-hidden="true" focusable="false">
      {shapes[outcome]}
    </svg>
  )
}

const cut = {
  fill: 'none',
  stroke: 'var(--tp-card)',
  strokeWidth: 3.4,
  strokeLinecap: 'round',
  strokeLinejoin: 'round',
} as const

const shapes = {
  ALLOW: (
    <>
      <circle cx="16" cy="16" r="14" fill="var(--tp-allow)" />
      <path d="M9.8 16.6l4.3 4.3 8.2-9" {...cut} />
    </>
  ),
  DENY: (
    <>
      <path d="M10.2 2h11.6L30 10.2v11.6L21.8 30H10.2L2 21.8V10.2z" fill="var(--tp-deny)" />
      <path d="M9.5 16h13" {...cut} strokeWidth={4.4} />
    </>
  ),
  PAY: (
    <>
      <rect x="5.4" y="5.4" width="21.2" height="21.2" rx="2.6" transform="rotate(45 16 16)" fill="var(--tp-pay)" />
      <circle cx="16" cy="16" r="5.6" {...cut} strokeWidth={2.6} />
      <circle cx="16" cy="16" r="1.6" fill="var(--tp-card)" />
    </>
  ),
} satisfies Record<Outcome, unknown>
