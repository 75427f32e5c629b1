import { Anchor, Button, Stack } from '@mantine/core'
import { IconArrowsJoin } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useApi } from '../../api/api-context.tsx'
import { answerOf } from '../../api/client.ts'
import { useFormats } from '../../i18n/format.ts'
import { useLanguage, useWords } from '../../i18n/language.ts'
import { looksIn } from '../../i18n/looks.ts'
import { whyDe } from '../../i18n/why-de.ts'
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
  const spoken = useLanguage()
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
  const dateTime = (instant: string) => format.dateTime(instant, timeZone)
  const look = looksIn(spoken, timeZone)
  return (
    <Stack gap="sm" data-why={decisionId}>
      <div className={styles.head}>
        <OutcomeMark outcome={outcome} />
        <strong>{words.outcomes[outcome]}</strong>
        <PlateText plate={read.plate} />
        <time dateTime={createdAt}>{format.dateTime(createdAt, timeZone)}</time>
      </div>
      <div className={styles.rule}>
        <strong>{words.reasons[rule.code]}</strong>
        {rule.because !== null && <p>{spoken === 'de' ? whyDe[rule.code] : rule.because}</p>}
        <p className={styles.quiet}>
          {words.lanes.displaySays}: “{rule.text}”, {words.session.rulesVersion(rule.rulesVersion)}
        </p>
      </div>
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
      {rule.lookedAt.length > 0 && (
        <>
          <h3 className={styles.title}>{words.session.lookedAt}</h3>
          <dl className={styles.facts} data-looked-at>
            {rule.lookedAt.map(({ name, value }) => (
              <div key={name}>
                <dt>{look.name(name)}</dt>
                <dd>{look.value(value)}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
      <details className={styles.all}>
        <summary>{words.session.facts}</summary>
        <dl className={styles.facts}>
          {factLines(facts).map(({ name, value }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{shown(value, dateTime)}</dd>
            </div>
          ))}
        </dl>
      </details>
    </Stack>
  )
}

/** Times within a fact are shown as the clock at the site has them. */
function shown(value: FactLine['value'], dateTime: (instant: string) => string): string {
  return value === null ? '–' : String(value).replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, dateTime)
}
