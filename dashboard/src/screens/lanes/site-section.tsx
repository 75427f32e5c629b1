import { EmptyState, Skeleton } from '@mantine/core'
import { IconRoadOff } from '@tabler/icons-react'
import { useFormats } from '../../i18n/format.ts'
import { useWords } from '../../i18n/language.ts'
import { useGateIds, useServerNow, useSite } from '../../live/live-context.tsx'
import { useCameraClocks } from './camera-clock.ts'
import { GateCard } from './gate-card.tsx'
import { LanesSkeleton } from './lanes-skeleton.tsx'
import { Occupancy } from './occupancy.tsx'
import styles from './site-section.module.css'

/** The lanes of one site under its name, occupancy and local time. */
export function SiteSection(props: { siteId: string; mayCommand: boolean; loaded: boolean }) {
  const { siteId, mayCommand, loaded } = props
  const { lanes } = useWords()
  const site = useSite(siteId)
  const gateIds = useGateIds(siteId)
  const clocks = useCameraClocks(siteId)
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
        <EmptyState icon={<IconRoadOff stroke={1.5} />} title={lanes.none} description={lanes.noneText} />
      )}
      {gateIds.length === 0 && !loaded && <Skeleton h={180} radius="md" />}
      <div className={styles.grid}>
        {gateIds.map((gateId) => (
          <GateCard
            key={gateId}
            siteId={siteId}
            gateId={gateId}
            timeZone={site.timeZone}
            mayCommand={mayCommand}
            clock={clocks.get(gateId)}
          />
        ))}
      </div>
    </section>
  )
}

function SiteTime({ timeZone }: { timeZone: string }) {
  const now = useServerNow()
  const { lanes } = useWords()
  const format = useFormats()
  return (
    <span className={styles.time} title={lanes.timeAtSite(timeZone)}>
      {format.time(new Date(now), timeZone)}
    </span>
  )
}
