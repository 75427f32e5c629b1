import { Skeleton } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useFormats } from '../../i18n/format.ts'
import { useWords } from '../../i18n/language.ts'
import { useSite } from '../../live/live-context.tsx'
import { Occupancy } from '../lanes/occupancy.tsx'
import type { Attention } from './attention.ts'
import { AttentionList } from './attention-list.tsx'
import styles from './overview.module.css'
import { Sparkline } from './sparkline.tsx'
import { useToday } from './use-today.ts'

/** One site: how full it is, what needs somebody, and what today has brought. */
export function SiteTile({ siteId, attention }: { siteId: string; attention: Attention }) {
  const { overview } = useWords()
  const format = useFormats()
  const site = useSite(siteId)
  const today = useToday(siteId)
  if (!site) return <Skeleton h={260} radius="md" />
  const titleId = `tile-${siteId}`
  const figures = today.data && [
    { word: overview.entries, text: format.number(today.data.entries) },
    { word: overview.exits, text: format.number(today.data.exits) },
    { word: overview.denials, text: format.number(today.data.denials) },
    { word: overview.revenue, text: format.money(today.data.revenueMinor, today.data.currency) },
  ]
  return (
    <article className={styles.tile} aria-labelledby={titleId} data-site-id={siteId}>
      <header className={styles.header}>
        <h2 id={titleId} className={styles.name}>
          <Link to="/lanes" search={{ site: siteId }}>
            {site.name}
          </Link>
        </h2>
        <Occupancy site={site} />
      </header>
      <div className={styles.now}>
        <p className={styles.inside}>
          <strong data-inside={site.inside}>{format.number(site.inside)}</strong> {overview.inside}
        </p>
        {today.data && <Sparkline values={[...today.data.inside, site.inside]} />}
      </div>
      <AttentionList siteId={siteId} attention={attention} />
      {today.isError && !figures && (
        <p role="alert" className={styles.failed}>
          {overview.noReports} {today.error.message}
        </p>
      )}
      {today.isPending && <Skeleton h={44} />}
      {figures && (
        <dl className={styles.figures} aria-label={overview.today}>
          {figures.map(({ word, text }) => (
            <div key={word}>
              <dt>{word}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      )}
    </article>
  )
}
