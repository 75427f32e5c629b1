import { ActionIcon } from '@mantine/core'
import { useDisclosure, useHotkeys } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { Link, Outlet, useLocation } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef } from 'react'
import { useWords } from '../../i18n/language.ts'
import { useSites } from '../../live/live-context.tsx'
import { AccessGuard } from './access-guard.tsx'
import { AccountMenu } from './account-menu.tsx'
import { Brand } from './brand.tsx'
import { useChosenSites } from './chosen-sites.ts'
import { FreshnessBadge } from './freshness-badge.tsx'
import { Notices } from './notices.tsx'
import { SchemeToggle } from './scheme-toggle.tsx'
import { useScreens } from './screens.ts'
import styles from './shell.module.css'
import { SitePicker } from './site-picker.tsx'

const CommandPalette = lazy(async () => ({ default: (await import('./command-palette.tsx')).CommandPalette }))

/** What is around every screen: where one can go, how current it is, who is signed in. */
export function Shell() {
  const { nav } = useWords()
  const screens = useScreens()
  const navigation = useCurrentInSight(screens.length)
  const [palette, { open, close }] = useDisclosure(false)
  // Both also while a radio button has the focus; a slash is typed where text is.
  useHotkeys([['mod+K', open]], [])
  useHotkeys([['/', (event) => searchUnlessTyping(event) || open(), { preventDefault: false }]], [])
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
        <nav ref={navigation} className={styles.nav} aria-label={nav.label}>
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

/**
 * On a phone the screens are one line that is swiped through: the current one is never out of sight, also when the count of alerts,
 * another language or the font makes the links before it wider.
 */
function useCurrentInSight(screens: number) {
  const ref = useRef<HTMLElement>(null)
  const path = useLocation({ select: ({ pathname }) => pathname })
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path says that another screen is the current one, the count that there are others
  useEffect(() => {
    const line = ref.current!
    const current = () => line.querySelector('[aria-current="page"]')
    current()?.scrollIntoView({ inline: 'center', block: 'nearest' })
    // The line alone is moved from now on: the page may have been scrolled, and stays where it is.
    const widths = new ResizeObserver(() => {
      const link = current()
      if (link) line.scrollLeft += middle(link) - middle(line)
    })
    for (const link of line.children) widths.observe(link)
    return () => widths.disconnect()
  }, [path, screens])
  return ref
}

function middle(element: Element): number {
  const { left, width } = element.getBoundingClientRect()
  return left + width / 2
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

/** Puts the cursor where the screen is searched; false on a screen without a search. What is being typed stays text. */
function searchUnlessTyping(event: KeyboardEvent): boolean {
  if (event.target instanceof HTMLElement && event.target.matches(typedInto)) return true
  event.preventDefault()
  const field = document.querySelector<HTMLInputElement>('input[data-search]')
  field?.focus()
  return field !== null
}

const typedInto = 'textarea, select, input:not([type=radio], [type=checkbox])'
