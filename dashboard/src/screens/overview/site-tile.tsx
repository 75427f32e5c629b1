import { Skeleton } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { SiteDocument } from '@turnpike/contracts/live-documents.ts'
import { useFormats } from '../../i18n/format.ts'
import { useWords } from '../../i18n/language.ts'
import { useOverviewWords } from '../../i18n/overview-words.ts'
import { useEachServerSecond, useSite } from '../../live/live-context.tsx'
import { type Attention, urgency } from './attention.ts'
import { AttentionList } from './attention-list.tsx'
import styles from './overview.module.css'
import { Sparkline } from './sparkline.tsx'
import { useInsideToday } from './use-inside-today.ts'

/** One site: how full it is, what needs somebody, and what today has brought. */
export function SiteTile({ siteId, attention }: { siteId: string; attention: Attention }) {
  const overview = useOverviewWords()
  const { lanes } = useWords()
  const format = useFormats()
  const site = useSite(siteId)
  const inside = useInsideToday(siteId)
  if (!site) return <Skeleton h={300} radius="md" />
  const titleId = `tile-${siteId}`
  const free = Math.max(0, site.capacity - site.placesTaken)
  return (
    <article
      className={styles.tile}
      aria-labelledby={titleId}
      data-site-id={siteId}
      data-calm={urgency.every((kind) => attention[kind] === 0) || undefined}
    >
      <header className={styles.header}>
        <h2 id={titleId} className={styles.name}>
          <Link to="/lanes" search={{ site: siteId }}>
            {site.name}
          </Link>
        </h2>
        <SiteTime timeZone={site.timeZone} />
      </header>
      <div className={styles.now}>
        <p className={styles.inside}>
          <strong data-inside={site.inside}>{format.number(site.inside)}</strong> {overview.inside}
          <span className={styles.free} data-full={free === 0 || undefined}>
            {free === 0 ? lanes.full : overview.free(format.number(free))}
          </span>
        </p>
        {inside.data && <Sparkline values={[...inside.data, site.inside]} />}
        {inside.isPending && <Skeleton h={44} style={{ flex: 1 }} />}
        {inside.isError && !inside.data && (
          <p role="alert" className={styles.failed}>
            {overview.noReports} {inside.error.message}
          </p>
        )}
      </div>
      <Places site={site} />
      <AttentionList siteId={siteId} attention={attention} />
      <Today site={site} />
    </article>
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

function Places({ site: { placesTaken, capacity } }: { site: SiteDocument }) {
  const { lanes } = useWords()
  const percent = capacity > 0 ? Math.min(100, (placesTaken / capacity) * 100) : 0
  return (
    <div className={styles.places}>
      <div
        className={styles.bar}
        role="progressbar"
        aria-label={lanes.occupancy}
        aria-valuenow={Math.round(percent)}
        data-full={placesTaken >= capacity || undefined}
      >
        <span style={{ width: `${percent}%` }} />
      </div>
      <span>{lanes.places(placesTaken, capacity)}</span>
    </div>
  )
}

/** The figures of today, by the calendar of the site, as they are counted. */
function Today({ site: { today, currency } }: { site: SiteDocument }) {
  const overview = useOverviewWords()
  const format = useFormats()
  const figures = [
    { name: 'entries', text: today && format.number(today.entries) },
    { name: 'exits', text: today && format.number(today.exits) },
    { name: 'denials', text: today && format.number(today.denials) },
    { name: 'revenue', text: today && format.money(today.revenueMinor, currency) },
  ] as const
  return (
    <dl className={styles.figures} aria-label={overview.today}>
      {figures.map(({ name, text }) => (
        <div key={name} data-figure={name}>
          <dt>{overview[name]}</dt>
          <dd>{text ?? '–'}</dd>
        </div>
      ))}
    </dl>
  )
}
