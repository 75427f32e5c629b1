import styles from './brand.module.css'

/** @param props.compact on a phone the mark alone stands for the name */
export function Brand({ compact = false }: { compact?: boolean }) {
  return (
    <div className={styles.brand} data-compact={compact || undefined}>
      <svg viewBox="0 0 32 32" className={styles.mark} aria-hidden="true">
        <rect width="32" height="32" rx="7" fill="#1f4fd1" />
        <rect x="6" y="13" width="4.5" height="13" rx="1.2" fill="#fff" />
        <path d="M10.5 15.2 25.6 7.4l1.5 2.9-16.6 8.6z" fill="#fff" />
      </svg>
      <span className={styles.name}>Turnpike</span>
    </div>
  )
}
