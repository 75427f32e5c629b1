import { EmptyState, Skeleton } from '@mantine/core'
import { IconQrcode, IconRoadOff } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useFormats } from '../../i18n/format.ts'
import { useWords } from '../../i18n/language.ts'
import { useEachServerSecond, useGateIds, useSite } from '../../live/live-context.tsx'
import { GateCard } from './gate-card.tsx'
import { LaneGrid } from './lane-grid.tsx'
import { LanesSkeleton } from './lanes-skeleton.tsx'
import { Occupancy } from './occupancy.tsx'
import styles from './site-section.module.css'
import { WallTile } from './wall-tile.tsx'

type Props = {
  siteId: string
  mayCommand: boolean
  loaded: boolean
  /** Shows the lanes small, all at one glance, and is told which one is pressed. */
  onOpen: ((gateId: string) => void) | undefined
}

/** The lanes of one site under its name, occupancy and local time. */
export function SiteSection({ siteId, mayCommand, loaded, onOpen }: Props) {
  const { nav, lanes } = useWords()
  const site = useSite(siteId)
  const gateIds = useGateIds(siteId)
  if (!site) return loaded ? null : <LanesSkeleton />
  const titleId = `site-${siteId}`
  return (
    <section aria-labelledby={titleId} data-site-id={siteId} className={styles.site}>
      <header className={styles.header}>
        <h2 id={titleId} className={styles.name}>
          {site.name}
        </h2>
        <Occupancy site={site} />
        <SiteTime timeZone={site.timeZone} />
        <Link
          to="/sign"
          search={{ site: siteId }}
          className={styles.sign}
          aria-label={nav.showSign(site.name)}
          title={nav.showSign(site.name)}
        >
          <IconQrcode size="1.125rem" stroke={1.6} aria-hidden="true" />
        </Link>
      </header>
      {gateIds.length === 0 && loaded && (
        <EmptyState icon={<IconRoadOff stroke={1.5} />} title={lanes.none} description={lanes.noneText} />
      )}
      {gateIds.length === 0 && !loaded && <Skeleton h={180} radius="md" />}
      {onOpen ? (
        <div className={styles.wall}>
          {gateIds.map((gateId) => (
            <WallTile key={gateId} siteId={siteId} gateId={gateId} onOpen={onOpen} />
          ))}
        </div>
      ) : (
        <LaneGrid gateIds={gateIds}>
          {(gateId) => (
            <GateCard key={gateId} siteId={siteId} gateId={gateId} timeZone={site.timeZone} mayCommand={mayCommand} />
          )}
        </LaneGrid>
      )}
    </section>
  )
}

function SiteTime({ timeZone }: { timeZone: string }) {
  const { lanes } = useWords()
  const format = useFormats()
  const text = useEachServerSecond((now) => format.time(new Date(now), timeZone))
  return (
    <span className={styles.time} title={lanes.timeAtSite(timeZone)}>
      {text}
    </span>
  )
}
