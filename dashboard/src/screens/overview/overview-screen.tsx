import { VisuallyHidden } from '@mantine/core'
import { useWords } from '../../i18n/language.ts'
import { useLanes, useServerNow, useSiteNames } from '../../live/live-context.tsx'
import { useChosenSites } from '../shell/chosen-sites.ts'
import { attentionOf, byAttention } from './attention.ts'
import styles from './overview.module.css'
import { SiteTile } from './site-tile.tsx'
import { useOpenAlerts } from './use-today.ts'

/** Every site on a tile, the one that needs somebody most first. */
export function OverviewScreen() {
  const { overview } = useWords()
  const { shown } = useChosenSites()
  const names = useSiteNames(shown)
  const lanes = useLanes(shown)
  const alerts = useOpenAlerts()
  const now = useServerNow()
  const tiles = shown.map((siteId, index) => ({
    siteId,
    name: names[index]!,
    attention: attentionOf(
      lanes.filter((lane) => lane.siteId === siteId),
      alerts.get(siteId) ?? 0,
      now,
    ),
  }))
  return (
    <>
      <VisuallyHidden component="h1">{overview.title}</VisuallyHidden>
      <div className={styles.grid}>
        {tiles.sort(byAttention).map(({ siteId, attention }) => (
          <SiteTile key={siteId} siteId={siteId} attention={attention} />
        ))}
      </div>
    </>
  )
}
