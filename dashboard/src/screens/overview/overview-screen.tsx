import { useOverviewWords } from '../../i18n/overview-words.ts'
import { useLanes, useServerNow, useSiteNames, useSites } from '../../live/live-context.tsx'
import page from '../page/page.module.css'
import { PageHeader } from '../page/page-header.tsx'
import { useChosenSites } from '../shell/chosen-sites.ts'
import { attentionOf, byAttention, urgency } from './attention.ts'
import styles from './overview.module.css'
import { SiteTile } from './site-tile.tsx'

/** Every site on a tile, the one that needs somebody most first. */
export function OverviewScreen() {
  const overview = useOverviewWords()
  const { shown } = useChosenSites()
  const names = useSiteNames(shown)
  const sites = useSites(shown)
  const lanes = useLanes(shown)
  const now = useServerNow()
  const tiles = shown.map((siteId, index) => {
    const attention = attentionOf(
      lanes.filter((lane) => lane.siteId === siteId),
      sites[index]?.openAlerts ?? 0,
      now,
    )
    return { siteId, name: names[index]!, attention }
  })
  const needing = tiles.filter(({ attention }) => urgency.some((kind) => attention[kind] > 0)).length
  return (
    <>
      <PageHeader title={overview.title}>
        <span className={page.quiet}>{overview.summary(shown.length, needing)}</span>
      </PageHeader>
      <div className={styles.grid}>
        {tiles.sort(byAttention).map(({ siteId, attention }) => (
          <SiteTile key={siteId} siteId={siteId} attention={attention} />
        ))}
      </div>
    </>
  )
}
