import { Anchor, Button, Stack } from '@mantine/core'
import { IconArrowsJoin } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useApi } from '../../api/api-context.tsx'
import { answerOf } from '../../api/client.ts'
import { useFormats } from '../../i18n/format.ts'
import { useWords } from '../../i18n/language.ts'
import { useSite } from '../../live/live-context.tsx'
import { OutcomeMark } from '../lanes/outcome-mark.tsx'
import { LoadFailed } from '../page/load-failed.tsx'
import { PlateText } from '../page/plate-text.tsx'
import { ScreenSkeleton } from '../page/screen-skeleton.tsx'
import { useMay } from '../page/use-role.ts'
import styles from './decision-why.module.css'
import { type FactLine, factLines } from './fact-lines.ts'

/** The rule that decided, and the facts it was given. */
export function DecisionWhy({ decisionId, withSession = false }: { decisionId: string; withSession?: boolean }) {
  const api = useApi()
  const words = useWords()
  const format = useFormats()
  const may = useMay('operator')
  const query = useQuery({
    queryKey: ['decision', decisionId],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/v1/decisions/{decisionId}', { params: { path: { decisionId } }, signal })),
  })
  const site = useSite(query.data?.siteId ?? '')
  if (query.isPending) return <ScreenSkeleton rows={5} />
  if (query.isError) return <LoadFailed error={query.error} onRetry={query.refetch} />
  const { outcome, rule, facts, read, sessionId, createdAt } = query.data
  const withoutEntry = rule.code === 'exit_without_session' || rule.code === 'no_session'
  const timeZone = site?.timeZone ?? 'UTC'
  return (
    <Stack gap="sm" data-why={decisionId}>
      <div className={styles.head}>
        <OutcomeMark outcome={outcome} />
        <strong>{words.outcomes[outcome]}</strong>
        <PlateText plate={read.plate} />
        <time dateTime={createdAt}>{format.dateTime(createdAt, timeZone)}</time>
      </div>
      <p className={styles.rule}>
        {words.session.rule}: <strong>{words.reasons[rule.code]}</strong>{' '}
        <span className={styles.quiet}>
          “{rule.text}”, {words.session.rulesVersion(rule.rulesVersion)}
        </span>
      </p>
      {withSession && sessionId !== null && (
        <Anchor component={Link} to={`/sessions/${sessionId}`} size="sm">
          {words.alerts.toSession}
        </Anchor>
      )}
      {withoutEntry && may && sessionId === null && (
        <Button
          component={Link}
          to={`/workbench/${decisionId}`}
          variant="default"
          size="compact-sm"
          leftSection={<IconArrowsJoin size="1rem" />}
          style={{ alignSelf: 'start' }}
        >
          {words.workbench.open}
        </Button>
      )}
      <h3 className={styles.title}>{words.session.facts}</h3>
      <dl className={styles.facts}>
        {factLines(facts).map((fact) => (
          <div key={fact.name}>
            <dt>{fact.name}</dt>
            <dd>{shown(fact, (instant) => format.dateTime(instant, timeZone))}</dd>
          </div>
        ))}
      </dl>
    </Stack>
  )
}

function shown({ value }: FactLine, dateTime: (instant: string) => string): string {
  if (value === null) return '–'
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? dateTime(value) : String(value)
}
