import { Badge, Button } from '@mantine/core'
import type { OperatorItem } from '@turnpike/contracts/operator.ts'
import { useWords } from '../../i18n/language.ts'
import { useOperatorsWords } from '../../i18n/operators-words.ts'
import { useSiteNames } from '../../live/live-context.tsx'
import page from '../page/page.module.css'
import styles from './operators.module.css'
import { stateOf } from './rights.ts'

export type Action = 'change' | 'disable' | 'enable'

const badges = {
  active: { color: 'gray', variant: 'default' },
  invited: { color: 'blue', variant: 'dot' },
  disabled: { color: 'red', variant: 'light' },
}

type Props = { operator: OperatorItem; own: boolean; onAsk: (what: Action) => void }

/** One operator on a line, and what can be done. Nobody takes his own rights away. */
export function OperatorRow({ operator, own, onAsk }: Props) {
  const words = useOperatorsWords()
  const { account } = useWords()
  const names = useSiteNames(operator.siteIds)
  const { role, siteIds } = operator
  const state = stateOf(operator)
  const offered: Action[] = own ? ['change'] : ['change', state === 'disabled' ? 'enable' : 'disable']
  return (
    <li className={page.row} data-operator-id={operator.id} data-state={state}>
      <div className={styles.who}>
        <span>
          {operator.name} {own && <span className={page.quiet}>({words.you})</span>}
        </span>
        <span className={page.quiet}>{operator.email}</span>
      </div>
      <span>{account.roles[role]}</span>
      <span className={`${page.quiet} ${styles.sites}`}>
        {role === 'admin' ? words.everySite : siteIds.length === 0 ? words.noSite : names.join(', ')}
      </span>
      <Badge {...badges[state]} radius="sm">
        {words.states[state]}
      </Badge>
      <div className={page.actions}>
        {offered.map((what) => (
          <Button
            key={what}
            size="compact-sm"
            variant="default"
            aria-label={`${words[what]}: ${operator.name}`}
            onClick={() => onAsk(what)}
          >
            {words[what]}
          </Button>
        ))}
      </div>
    </li>
  )
}
