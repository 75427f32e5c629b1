import { EmptyState, Skeleton } from '@mantine/core'
import { IconRoadOff } from '@tabler/icons-react'
import { timeOfDay } from '../../format/time.ts'
import { useGateIds, useServerNow, useSite } from '../../live/live-context.tsx'
import { GateCard } from './gate-card.tsx'
import { LanesSkeleton } from './lanes-skeleton.tsx'
import { Occupancy } from './occupancy.tsx'
import styles from './site-section.module.css'

/** The lanes of one site under its name, occupancy and local time. */
export function SiteSection(props: { siteId: string; mayCommand: boolean; loaded: boolean }) {
  const { siteId, mayCommand, loaded } = props
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
      </header>
      {gateIds.length === 0 && loaded && (
        <EmptyState
          icon={<IconRoadOff stroke={1.5} />}
          title="This site has no lanes yet"
          description="A manager adds gates and cameras to it; they appear here by themselves."
        />
      )}
      {gateIds.length === 0 && !loaded && <Skeleton h={180} radius="md" />}
      <div className={styles.grid}>
        {gateIds.map((gateId) => (
          <GateCard key={gateId} siteId={siteId} gateId={gateId} timeZone={site.timeZone} mayCommand={mayCommand} />
        ))}
      </div>
    </section>
  )
}

function SiteTime({ timeZone }: { timeZone: string }) {
  const now = useServerNow()
  return (
    <span className={styles.time} title={`Time at the site (${timeZone})`}>
      {timeOfDay(new Date(now), timeZone)}
    </span>
  )
}
