import { UnstyledButton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { DecisionDetail } from '@turnpike/contracts/explanation.ts'
import type { SessionItem } from '@turnpike/contracts/session.ts'
import { useFormats } from '../../i18n/format.ts'
import { useWords } from '../../i18n/language.ts'
import { Owed } from '../inside/owed.tsx'
import { StayLength } from '../inside/stay-length.tsx'
import { type Match, matchOf } from './match.ts'
import { PlateBeside } from './plate-beside.tsx'
import { useMatchActions } from './use-workbench.ts'
import styles from './workbench.module.css'

type Props = {
  exit: DecisionDetail & { plate: string }
  stays: SessionItem[]
  picked: SessionItem | null | undefined
  onPick: (stay: SessionItem | null) => void
  timeZone: string
}

/** Who may be the vehicle that left, side by side with it, and that it is none of them. */
export function Candidates({ exit, stays, picked, onPick, timeZone }: Props) {
  const { workbench: words } = useWords()
  const format = useFormats()
  return (
    <div className={styles.candidates} role="radiogroup" aria-label={words.candidates}>
      {stays.map((stay) => (
        <UnstyledButton
          key={stay.id}
          role="radio"
          aria-checked={picked?.id === stay.id}
          className={styles.candidate}
          data-candidate={stay.id}
          onClick={() => onPick(stay)}
        >
          <PlateBeside plate={stay.plate ?? ''} other={exit.plate} />
          <dl className={styles.facts}>
            <div>
              <dt>{words.entered}</dt>
              <dd>{format.dateTime(stay.openedAt, timeZone)}</dd>
            </div>
            <div>
              <dt>{words.until}</dt>
              <dd>
                <StayLength from={stay.openedAt} to={exit.createdAt} />
              </dd>
            </div>
            <div>
              <dt>{words.wouldOwe}</dt>
              <dd>
                <WouldOwe exit={exit} stay={stay} />
              </dd>
            </div>
          </dl>
        </UnstyledButton>
      ))}
      <UnstyledButton
        role="radio"
        aria-checked={picked === null}
        className={styles.candidate}
        data-candidate="none"
        onClick={() => onPick(null)}
      >
        <strong>{words.noneOfThem}</strong>
        <span className={styles.quiet}>{words.noneOfThemText}</span>
      </UnstyledButton>
    </div>
  )
}

/** What a stay would have owed at that exit, had it been known. */
function WouldOwe({ exit, stay }: { exit: Props['exit']; stay: SessionItem }) {
  const { preview } = useMatchActions()
  const match = matchOf(exit, stay, { correctPlate: true, openedAt: stay.openedAt, hasLeft: exit.outcome === 'ALLOW' })
  const query = useQuery({
    queryKey: ['preview', stay.id, exit.id, stay.openedAt],
    queryFn: ({ signal }) => preview(match as Match, signal),
    retry: false,
  })
  return query.isError ? <span title={query.error.message}>–</span> : <Owed bill={query.data} />
}
