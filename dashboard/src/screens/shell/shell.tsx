import { Link, Outlet } from '@tanstack/react-router'
import { AccessGuard } from './access-guard.tsx'
import { AccountMenu } from './account-menu.tsx'
import { Brand } from './brand.tsx'
import { FreshnessBadge } from './freshness-badge.tsx'
import { Notices } from './notices.tsx'
import { SchemeToggle } from './scheme-toggle.tsx'
import styles from './shell.module.css'

/** What is around every screen: where one can go, how current it is, who is signed in. */
export function Shell() {
  return (
    <>
      <a className={styles.skip} href="#content">
        Skip to the content
      </a>
      <header className={styles.header}>
        <Brand compact />
        <nav className={styles.nav} aria-label="Screens">
          <Link to="/lanes" className={styles.link}>
            Lanes
          </Link>
        </nav>
        <div className={styles.tools}>
          <FreshnessBadge />
          <SchemeToggle />
          <AccountMenu />
        </div>
      </header>
      <main id="content" className={styles.main} tabIndex={-1}>
        <Notices />
        <AccessGuard>
          <Outlet />
        </AccessGuard>
      </main>
    </>
  )
}
