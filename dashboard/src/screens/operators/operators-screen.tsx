import { Button, CloseButton, EmptyState, SegmentedControl, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconLock, IconPlus, IconSearch, IconUsers } from '@tabler/icons-react'
import { getRouteApi } from '@tanstack/react-router'
import { type InvitedOperator, operatorState } from '@turnpike/contracts/operator.ts'
import { lazy, Suspense, useState } from 'react'
import { useWords } from '../../i18n/language.ts'
import { useOperatorsWords } from '../../i18n/operators-words.ts'
import { usePerson } from '../../session/session-context.tsx'
import { LoadFailed } from '../page/load-failed.tsx'
import page from '../page/page.module.css'
import { PageHeader } from '../page/page-header.tsx'
import { ScreenSkeleton } from '../page/screen-skeleton.tsx'
import { useMay } from '../page/use-role.ts'
import { useChosenSites } from '../shell/chosen-sites.ts'
import { type Action, OperatorRow } from './operator-row.tsx'
import styles from './operators.module.css'
import { find } from './rights.ts'
import { useOperators } from './use-operators.ts'

const InvitedDialog = lazy(async () => ({ default: (await import('./invited-dialog.tsx')).InvitedDialog }))
// With what shows the link: nobody is invited on a page that cannot show it.
const InviteDialog = lazy(async () => {
  const [{ InviteDialog }] = await Promise.all([import('./invite-dialog.tsx'), import('./invited-dialog.tsx')])
  return { default: InviteDialog }
})
const ChangeDialog = lazy(async () => ({ default: (await import('./change-dialog.tsx')).ChangeDialog }))
const DisableDialog = lazy(async () => ({ default: (await import('./disable-dialog.tsx')).DisableDialog }))

const route = getRouteApi('/operators')
const everyState = 'all'

/** Who may do what, where. Admins invite, change and disable. */
export function OperatorsScreen() {
  const words = useOperatorsWords()
  const { common } = useWords()
  const { state } = route.useSearch()
  const navigate = route.useNavigate()
  const { uid } = usePerson()
  const { chosen } = useChosenSites()
  const admin = useMay('admin')
  const [text, setText] = useState('')
  const [inviting, { open, close }] = useDisclosure(false)
  const [invited, setInvited] = useState<InvitedOperator>()
  // Who it is about is looked up anew: a change that is refused as stale can then be repeated on what is there now.
  const [asking, setAsking] = useState<{ what: Action; id: string }>()
  const operators = useOperators()
  if (!admin)
    return <EmptyState mt="lg" icon={<IconLock stroke={1.5} />} title={words.title} description={words.needsRole} />
  const found = find(operators.data ?? [], { text, state, siteId: chosen })
  const about = operators.data?.find(({ id }) => id === asking?.id)
  const done = () => setAsking(undefined)
  return (
    <>
      <PageHeader title={words.title}>
        <TextInput
          data-search
          aria-label={words.search}
          placeholder={words.search}
          value={text}
          autoComplete="off"
          spellCheck={false}
          leftSection={<IconSearch size="1rem" stroke={1.7} />}
          rightSection={text && <CloseButton size="sm" aria-label={common.close} onClick={() => setText('')} />}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Escape' && setText('')}
          w={220}
        />
        <SegmentedControl
          aria-label={words.state}
          value={state ?? everyState}
          data={[
            { value: everyState, label: words.all },
            ...operatorState.options.map((value) => ({ value, label: words.states[value] })),
          ]}
          onChange={(value) =>
            navigate({ search: (before) => ({ ...before, state: operatorState.safeParse(value).data }) })
          }
        />
        <Button leftSection={<IconPlus size="1rem" />} onClick={open} ml="auto">
          {words.invite}
        </Button>
      </PageHeader>
      {operators.isPending && <ScreenSkeleton />}
      {operators.isError && operators.data === undefined && (
        <LoadFailed error={operators.error} onRetry={operators.refetch} />
      )}
      {operators.data !== undefined && found.length === 0 && (
        <EmptyState icon={<IconUsers stroke={1.5} />} title={words.noMatch} description={words.noMatchText} />
      )}
      {found.length > 0 && (
        <ol className={`${page.list} ${page.table} ${styles.operators}`} aria-label={words.title}>
          {found.map((operator) => (
            <OperatorRow
              key={operator.id}
              operator={operator}
              own={operator.firebaseUid === uid}
              onAsk={(what) => setAsking({ what, id: operator.id })}
            />
          ))}
        </ol>
      )}
      <Suspense>
        {inviting && <InviteDialog onInvited={setInvited} onClose={close} />}
        {about !== undefined && asking?.what === 'change' && (
          <ChangeDialog operator={about} own={about.firebaseUid === uid} onClose={done} />
        )}
        {about !== undefined && (asking?.what === 'disable' || asking?.what === 'enable') && (
          <DisableDialog what={asking.what} operator={about} onClose={done} />
        )}
      </Suspense>
      <Suspense>
        {invited !== undefined && <InvitedDialog invited={invited} onClose={() => setInvited(undefined)} />}
      </Suspense>
    </>
  )
}
