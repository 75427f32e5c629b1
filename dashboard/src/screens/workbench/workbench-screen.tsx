import { EmptyState } from '@mantine/core'
import { IconArrowLeft, IconCheck, IconLock } from '@tabler/icons-react'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { SessionItem } from '@turnpike/contracts/session.ts'
import { useState } from 'react'
import { useFormats } from '../../i18n/format.ts'
import { useWords } from '../../i18n/language.ts'
import { useLanes, useSite } from '../../live/live-context.tsx'
import { OutcomeMark } from '../lanes/outcome-mark.tsx'
import { LoadFailed } from '../page/load-failed.tsx'
import page from '../page/page.module.css'
import { PlateSearchField } from '../page/plate-search.tsx'
import { ScreenSkeleton } from '../page/screen-skeleton.tsx'
import { useMay } from '../page/use-role.ts'
import { useChosenSites } from '../shell/chosen-sites.ts'
import { notify } from '../shell/notify.ts'
import { Candidates } from './candidates.tsx'
import { MatchForm } from './match-form.tsx'
import { useCandidates, useExit } from './use-workbench.ts'
import styles from './workbench.module.css'

const route = getRouteApi('/workbench/$decisionId')

/** An exit that nobody knows an entry for: which stay was it, or when did it come in, and what does it owe then? */
export function WorkbenchScreen() {
  const { workbench: words, outcomes, reasons } = useWords()
  const format = useFormats()
  const { decisionId } = route.useParams()
  const navigate = route.useNavigate()
  const may = useMay('operator')
  const [part, setPart] = useState('')
  const [picked, setPicked] = useState<SessionItem | null>()
  const exit = useExit(decisionId)
  const site = useSite(exit.data?.siteId ?? '')
  const lane = useLanes(useChosenSites().all).find(({ gateId }) => gateId === exit.data?.gateId)
  const candidates = useCandidates(exit.data?.siteId, exit.data?.read.plate ?? null, part)
  if (!may)
    return <EmptyState mt="lg" icon={<IconLock stroke={1.5} />} title={words.title} description={words.needsRole} />
  if (exit.isPending) return <ScreenSkeleton />
  if (exit.isError) return <LoadFailed error={exit.error} onRetry={exit.refetch} />
  const { outcome, reason, read, createdAt, sessionId } = exit.data
  const timeZone = site?.timeZone ?? 'UTC'
  if (sessionId !== null || read.plate === null)
    return (
      <EmptyState
        mt="lg"
        icon={<IconCheck stroke={1.5} />}
        title={words.nothingToDo}
        description={read.plate === null ? words.erased : words.known}
      />
    )
  const known = { ...exit.data, plate: read.plate }
  const done = async (stayId: string) => {
    notify({ color: 'green', message: words.done })
    await navigate({ to: '/sessions/$sessionId', params: { sessionId: stayId } })
  }
  return (
    <div className={styles.screen} data-workbench={decisionId}>
      <header>
        <Link to="/alerts" className={`${page.link} ${styles.back}`}>
          <IconArrowLeft size="0.95rem" aria-hidden="true" /> {words.back}
        </Link>
        <h1 className={page.title}>{words.title}</h1>
        <p className={page.quiet}>{words.lead}</p>
      </header>
      <div className={styles.table}>
        <section className={styles.exit} aria-labelledby="exit-title">
          <h2 id="exit-title">{words.exit}</h2>
          <span className={`${page.plate} ${styles.plate}`}>{known.plate}</span>
          <p className={styles.outcome} data-outcome={outcome}>
            <OutcomeMark outcome={outcome} />
            {outcomes[outcome]}
            <span className={page.quiet}>{reasons[reason]}</span>
          </p>
          <dl className={styles.facts}>
            <div>
              <dt>{words.at}</dt>
              <dd>{format.dateTime(createdAt, timeZone)}</dd>
            </div>
            <div>
              <dt>{words.lane}</dt>
              <dd>
                {lane?.name}, {site?.name}
              </dd>
            </div>
            {read.confidence !== null && (
              <div>
                <dt>{words.confidence}</dt>
                <dd>{Math.round(read.confidence * 100)} %</dd>
              </div>
            )}
          </dl>
        </section>
        <section aria-labelledby="candidates-title">
          <div className={styles.bar}>
            <h2 id="candidates-title">{words.candidates}</h2>
            <PlateSearchField label={words.search} onSearch={setPart} />
          </div>
          {candidates.isPending && <ScreenSkeleton rows={2} />}
          {candidates.isError && <LoadFailed error={candidates.error} onRetry={candidates.refetch} />}
          {candidates.data && (
            <>
              {candidates.data.length === 0 && <p className={page.quiet}>{words.noCandidates}</p>}
              <Candidates exit={known} stays={candidates.data} picked={picked} onPick={setPicked} timeZone={timeZone} />
            </>
          )}
        </section>
      </div>
      {picked !== undefined && (
        <MatchForm key={picked?.id ?? 'none'} exit={known} candidate={picked} timeZone={timeZone} onDone={done} />
      )}
    </div>
  )
}
