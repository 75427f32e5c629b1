import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { Link } from '@tanstack/react-router'
import type { AlertItem } from '@turnpike/contracts/alert.ts'
import { lazy, Suspense } from 'react'
import { useAlertWords } from '../../i18n/alert-words.ts'
import { useWords } from '../../i18n/language.ts'
import { type Lane, useSite } from '../../live/live-context.tsx'
import { Ago } from '../lanes/ago.tsx'
import page from '../page/page.module.css'
import { useMay } from '../page/use-role.ts'
import styles from './alert-row.module.css'
import { useChangeAlert } from './use-alerts.ts'

const ResolveDialog = lazy(async () => ({ default: (await import('./resolve-dialog.tsx')).ResolveDialog }))

const ClockDialog = lazy(async () => ({ default: (await import('./clock-dialog.tsx')).ClockDialog }))

/** What is wrong, where, what to do about it, and who does. */
export function AlertRow({ alert, lane }: { alert: AlertItem; lane: Lane | undefined }) {
  const { alerts: words } = useWords()
  const { kinds, advice, clock } = useAlertWords()
  const site = useSite(alert.siteId)
  const may = useMay('operator')
  const change = useChangeAlert()
  const [asking, { open, close }] = useDisclosure(false)
  const [confirming, confirmation] = useDisclosure(false)
  return (
    <li className={`${page.row} ${styles.row}`} data-alert-id={alert.id} data-alert-state={alert.state}>
      <div>
        <strong>{kinds[alert.kind]}</strong>
        <p className={page.quiet}>{advice[alert.kind]}</p>
      </div>
      <span className={page.quiet}>
        {lane && `${lane.name}, `}
        {site?.name} · <Ago at={alert.raisedAt} timeZone={site?.timeZone ?? 'UTC'} />
      </span>
      <div className={page.actions}>
        <Subject alert={alert} />
        {may && alert.kind === 'camera_clock_jumped' && alert.state !== 'resolved' && (
          <Button size="compact-sm" variant="default" onClick={confirmation.open}>
            {clock.confirm}
          </Button>
        )}
        {may && alert.state === 'open' && (
          <Button
            size="compact-sm"
            variant="default"
            loading={change.isPending}
            onClick={() => change.mutate({ alert, state: 'acknowledged' })}
          >
            {words.acknowledge}
          </Button>
        )}
        {may && alert.state !== 'resolved' && (
          <Button size="compact-sm" variant="default" onClick={open}>
            {words.resolve}
          </Button>
        )}
      </div>
      {asking && (
        <Suspense>
          <ResolveDialog alert={alert} onClose={close} />
        </Suspense>
      )}
      {confirming && (
        <Suspense>
          <ClockDialog alert={alert} onClose={confirmation.close} />
        </Suspense>
      )}
    </li>
  )
}

/** The way to what an alert is about, where there is a screen for it. */
function Subject({ alert: { kind, subjectKind, subjectId } }: { alert: AlertItem }) {
  const { alerts: words, workbench } = useWords()
  const may = useMay('operator')
  const manager = useMay('manager')
  if (kind === 'exit_without_session' && may)
    return (
      <Link className={page.link} to="/workbench/$decisionId" params={{ decisionId: subjectId }}>
        {workbench.open}
      </Link>
    )
  if (subjectKind === 'session')
    return (
      <Link className={page.link} to="/sessions/$sessionId" params={{ sessionId: subjectId }}>
        {words.toSession}
      </Link>
    )
  if (subjectKind === 'decision')
    return (
      <Link className={page.link} to="/activity" search={{ decision: subjectId }}>
        {words.toDecision}
      </Link>
    )
  if (subjectKind === 'payment')
    return (
      <Link className={page.link} to="/payments/$paymentId" params={{ paymentId: subjectId }}>
        {words.toPayment}
      </Link>
    )
  if (subjectKind === 'payment_event' && manager)
    return (
      <Link className={page.link} to="/payments" search={{ show: 'orphans' }}>
        {words.toOrphans}
      </Link>
    )
  if (subjectKind === 'subscription')
    return (
      <Link className={page.link} to="/subscriptions/$subscriptionId" params={{ subscriptionId: subjectId }}>
        {words.toSubscription}
      </Link>
    )
  return null
}
