import { Badge, Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { BlacklistItem } from '@turnpike/contracts/blacklist.ts'
import { lazy, Suspense } from 'react'
import { useFormats } from '../../i18n/format.ts'
import { useWords } from '../../i18n/language.ts'
import { useSite } from '../../live/live-context.tsx'
import page from '../page/page.module.css'
import { PlateText } from '../page/plate-text.tsx'
import { useMay } from '../page/use-role.ts'
import { useZone } from '../page/use-zone.ts'
import styles from './blacklist-row.module.css'

const EndEntryDialog = lazy(async () => ({ default: (await import('./end-entry-dialog.tsx')).EndEntryDialog }))

/** One entry on a line, with its end. One for every site is an admin's. */
export function BlacklistRow({ entry, may }: { entry: BlacklistItem; may: boolean }) {
  const { blacklist: words } = useWords()
  const format = useFormats()
  const site = useSite(entry.siteId ?? '')
  const timeZone = useZone(entry.siteId)
  const admin = useMay('admin')
  const [asking, { open, close }] = useDisclosure(false)
  const endable = may && entry.state !== 'ended' && (entry.siteId !== null || admin)
  return (
    <li className={`${page.row} ${styles.row}`} data-blacklist-id={entry.id} data-state={entry.state}>
      <PlateText plate={entry.plate} />
      <span>{entry.siteId === null ? words.everywhere : site?.name}</span>
      <span>{entry.reason}</span>
      <span className={page.quiet}>
        {format.dateTime(entry.validFrom, timeZone)} –{' '}
        {entry.validUntil === null ? words.open : format.dateTime(entry.validUntil, timeZone)}
      </span>
      <Badge color={entry.state === 'active' ? 'red' : 'gray'} variant="light" radius="sm">
        {words.states[entry.state]}
      </Badge>
      <div className={page.actions}>
        {endable && (
          <Button size="compact-sm" variant="default" onClick={open}>
            {words.end}
          </Button>
        )}
      </div>
      {asking && (
        <Suspense>
          <EndEntryDialog entry={entry} onClose={close} />
        </Suspense>
      )}
    </li>
  )
}
