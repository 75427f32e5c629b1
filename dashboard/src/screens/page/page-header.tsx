import type { ReactNode } from 'react'
import styles from './page.module.css'

/** The name of a screen, and what narrows it down. */
export function PageHeader({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <header className={styles.header}>
      <h1 className={styles.title}>{title}</h1>
      <div className={styles.filters}>{children}</div>
    </header>
  )
}
