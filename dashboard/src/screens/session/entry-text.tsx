import { UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { providerList } from '@turnpike/contracts/provider-list.ts'
import type { TimelineEntry } from '@turnpike/contracts/timeline.ts'
import type { ReactNode } from 'react'
import { useFormats } from '../../i18n/format.ts'
import { useWords } from '../../i18n/language.ts'
import { DecisionWhy } from '../activity/decision-why.tsx'
import { Mode } from '../lanes/decision-view.tsx'
import { OutcomeMark } from '../lanes/outcome-mark.tsx'
import { commandReasonWords } from '../lanes/reason-words.ts'
import page from '../page/page.module.css'
import { PlateText } from '../page/plate-text.tsx'
import { Bill } from './bill.tsx'
import styles from './session.module.css'

type Props = { entry: TimelineEntry; laneName: (gateId: string) => string | undefined }

/** One thing that happened during a stay, in a line; what explains it is opened below. */
export function EntryText({ entry, laneName }: Props) {
  const words = useWords()
  const format = useFormats()
  switch (entry.kind) {
    case 'read': {
      const { plate, confidence, disposition, gateId } = entry.read
      return (
        <>
          <PlateText plate={plate} />
          <span className={page.quiet}>
            {laneName(gateId)} {confidence !== null && ` · ${Math.round(confidence * 100)} %`}
            {disposition !== 'decided' && ` · ${words.session.dispositions[disposition]}`}
          </span>
        </>
      )
    }
    case 'decision': {
      const { id, outcome, reason, mode, gateId } = entry.decision
      return (
        <Explained explanation={<DecisionWhy decisionId={id} />}>
          <span className={styles.outcome} data-outcome={outcome}>
            <OutcomeMark outcome={outcome} />
            {words.outcomes[outcome]}
          </span>
          {words.reasons[reason]} {mode !== 'normal' && <Mode mode={mode} />}
          <span className={page.quiet}>{laneName(gateId)}</span>
        </Explained>
      )
    }
    case 'passage':
      return (
        <>
          {words.session.passages[entry.passage.kind]}
          <span className={page.quiet}>{laneName(entry.passage.gateId)}</span>
        </>
      )
    case 'quote': {
      const { amountMinor, currency, lines } = entry.quote
      return (
        <Explained explanation={<Bill lines={lines} currency={currency} totalMinor={amountMinor} />}>
          {words.session.quoteOf(format.money(amountMinor, currency))}
        </Explained>
      )
    }
    case 'payment': {
      const { amountMinor, refundedMinor, currency, provider } = entry.payment
      return (
        <>
          <strong>{words.session.paymentOf(format.money(amountMinor, currency), providerList[provider].brand)}</strong>
          {refundedMinor > 0 && words.session.refundedOf(format.money(refundedMinor, currency))}
        </>
      )
    }
    case 'command': {
      const { action, outcome, reason, detail, gateId } = entry.command
      return (
        <>
          {words.commands.actions[action]} {words.commands.results[outcome ?? 'pending']}
          <span className={page.quiet}>
            {laneName(gateId)} · {commandReasonWords(reason, words)} {detail && `(${detail})`}
          </span>
        </>
      )
    }
    case 'audit': {
      const { action, actorKind, reason } = entry.audit
      return (
        <>
          <span title={action}>
            {(words.session.records as Record<string, string>)[action] ?? words.session.kinds.audit}
          </span>
          <span className={page.quiet}>
            {words.session.actors[actorKind]} {reason && ` · ${reason}`}
          </span>
        </>
      )
    }
  }
}

function Explained({ children, explanation }: { children: ReactNode; explanation: ReactNode }) {
  const { session: words } = useWords()
  const [opened, { toggle }] = useDisclosure(false)
  return (
    <>
      {children}
      <UnstyledButton className={styles.why} aria-expanded={opened} onClick={toggle}>
        {opened ? words.hideWhy : words.why}
      </UnstyledButton>
      {opened && <div className={styles.explanation}>{explanation}</div>}
    </>
  )
}
