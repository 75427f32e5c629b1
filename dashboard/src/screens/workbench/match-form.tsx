import { Button, Checkbox, Group, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import type { DecisionDetail } from '@turnpike/contracts/explanation.ts'
import type { SessionItem } from '@turnpike/contracts/session.ts'
import { type FormEvent, useState } from 'react'
import { zonedInstant, zonedLocal } from '../../format/time.ts'
import { useWords } from '../../i18n/language.ts'
import { FailedAction } from '../page/failed-action.tsx'
import { useReason } from '../page/reason-field.tsx'
import { PricePreview } from '../session/price-preview.tsx'
import { type Match, matchOf } from './match.ts'
import { useMatchActions } from './use-workbench.ts'
import styles from './workbench.module.css'

type Props = {
  exit: DecisionDetail & { plate: string }
  /** The stay that it is taken for; null for one that is put on record now. */
  candidate: SessionItem | null
  timeZone: string
  onDone: (sessionId: string) => void
}

/** What is to be put right, what that would cost, and why. */
export function MatchForm({ exit, candidate, timeZone, onDone }: Props) {
  const { workbench: words, common } = useWords()
  const { preview, confirm } = useMatchActions()
  const reason = useReason()
  const [correctPlate, setCorrectPlate] = useState(true)
  const [hasLeft, setHasLeft] = useState(exit.outcome === 'ALLOW')
  const [entry, setEntry] = useState(() => (candidate === null ? '' : zonedLocal(candidate.openedAt, timeZone)))
  const [missing, setMissing] = useState(false)
  const act = useMutation({
    mutationFn: ({ match, why }: { match: Match; why: string }) => confirm(match, why),
    onSuccess: onDone,
  })
  const openedAt = entry === '' ? undefined : zonedInstant(entry, timeZone)
  const match = matchOf(exit, candidate, { correctPlate, openedAt, hasLeft })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const why = reason.read()
    setMissing(match === undefined)
    if (match !== undefined && why !== undefined) act.mutate({ match, why })
  }
  const misread = candidate !== null && candidate.plate !== exit.plate
  return (
    <form onSubmit={submit} noValidate className={styles.form}>
      <Stack gap="md">
        <TextInput
          type="datetime-local"
          label={words.entryAt}
          description={words.entryAtText}
          value={entry}
          max={zonedLocal(exit.createdAt, timeZone)}
          onChange={(event) => {
            setEntry(event.currentTarget.value)
            setMissing(false)
          }}
          error={missing && words.entryMissing}
        />
        {misread && (
          <Checkbox
            label={words.correctPlate(candidate.plate ?? common.plateErased, exit.plate)}
            checked={correctPlate}
            onChange={(event) => setCorrectPlate(event.currentTarget.checked)}
          />
        )}
        <Checkbox
          label={words.hasLeft}
          description={hasLeft ? words.hasLeftText : words.stillThere}
          checked={hasLeft}
          onChange={(event) => setHasLeft(event.currentTarget.checked)}
        />
        {reason.field}
        {act.isError && <FailedAction error={act.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={act.isPending}>
            {words.confirm}
          </Button>
        </Group>
      </Stack>
      <PricePreview asked={match ?? null} preview={(signal) => preview(match as Match, signal)} timeZone={timeZone} />
    </form>
  )
}
