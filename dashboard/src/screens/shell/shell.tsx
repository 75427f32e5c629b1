import { ActionIcon } from '@mantine/core'
import { useDisclosure, useHotkeys } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { Link, Outlet } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { useWords } from '../../i18n/language.ts'
import { useSites } from '../../live/live-context.tsx'
import { AccessGuard } from './access-guard.tsx'
import { AccountMenu } from './account-menu.tsx'
import { Brand } from './brand.tsx'
import { useChosenSites } from './chosen-sites.ts'
import { FreshnessBadge } from './freshness-badge.tsx'
import { Notices } from './notices.tsx'
import { SchemeToggle } from './scheme-toggle.tsx'
import { screens } from './screens.ts'
import styles from './shell.module.css'
import { SitePicker } from './site-picker.tsx'

const CommandPalette = lazy(async () => ({ default: (await import('./command-palette.tsx')).CommandPalette }))

/** What is around every screen: where one can go, how current it is, who is signed in. */
export function Shell() {
  const { nav } = useWords()
  const [palette, { open, close }] = useDisclosure(false)
  useHotkeys([
    ['mod+K', open],
    ['/', () => focusSearch() || open()],
  ])
  return (
    <>
      <a className={styles.skip} href="#content">
        {nav.skip}
      </a>
      <div className={styles.frame}>
        <header className={styles.header}>
          <Brand compact />
          <div className={styles.tools}>
            <SitePicker />
            <FreshnessBadge />
            <ActionIcon variant="subtle" color="gray" size="lg" aria-label={nav.search} title={nav.goTo} onClick={open}>
              <IconSearch size="1.25rem" stroke={1.6} />
            </ActionIcon>
            <SchemeToggle />
            <AccountMenu />
          </div>
        </header>
        <nav className={styles.nav} aria-label={nav.label}>
          {screens.map(({ name, to, Icon }) => (
            <Link key={name} to={to} className={styles.link}>
              <Icon size="1.125rem" stroke={1.7} aria-hidden="true" />
              {nav[name]}
              {name === 'alerts' && <AlertCount />}
            </Link>
          ))}
        </nav>
        <main id="content" className={styles.main} tabIndex={-1}>
          <Notices />
          <AccessGuard>
            <Outlet />
          </AccessGuard>
        </main>
      </div>
      {palette && (
        <Suspense>
          <CommandPalette onClose={close} />
        </Suspense>
      )}
    </>
  )
}

/** How many alerts nobody looks after yet. It is not part of the link's name: that stays the screen's. */
function AlertCount() {
  const { all } = useChosenSites()
  const count = useSites(all).reduce((sum, site) => sum + (site?.openAlerts ?? 0), 0)
  if (count === 0) return null
  return (
    <span className={styles.count} data-open-alerts={count} aria-hidden="true">
      {count > 99 ? '99+' : count}
    </span>
  )
}

/** Puts the cursor where the screen is searched; false on a screen without a search. */
function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>('input[data-search]')
  field?.focus()
  return field !== null
}
