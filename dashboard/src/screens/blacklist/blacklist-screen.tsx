import { Button, EmptyState, SegmentedControl } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconBan, IconPlus } from '@tabler/icons-react'
import { getRouteApi } from '@tanstack/react-router'
import { validityState } from '@turnpike/contracts/values.ts'
import { lazy, Suspense, useState } from 'react'
import { useWords } from '../../i18n/language.ts'
import { LoadFailed } from '../page/load-failed.tsx'
import { OlderButton } from '../page/older-button.tsx'
import page from '../page/page.module.css'
import { PageHeader } from '../page/page-header.tsx'
import { PlateSearchField } from '../page/plate-search.tsx'
import { ScreenSkeleton } from '../page/screen-skeleton.tsx'
import { useMay } from '../page/use-role.ts'
import { useChosenSites } from '../shell/chosen-sites.ts'
import { BlacklistRow } from './blacklist-row.tsx'
import { useBlacklist } from './use-blacklist.ts'

const AddEntryDialog = lazy(async () => ({ default: (await import('./add-entry-dialog.tsx')).AddEntryDialog }))

const route = getRouteApi('/blacklist')
const everyState = 'all'

/** Who is refused entry, where, until when and why. */
export function BlacklistScreen() {
  const { blacklist: words, activity } = useWords()
  const { state } = route.useSearch()
  const navigate = route.useNavigate()
  const { chosen } = useChosenSites()
  const may = useMay('operator')
  const [plate, setPlate] = useState('')
  const [adding, { open, close }] = useDisclosure(false)
  const entries = useBlacklist({ siteId: chosen, state, plate })
  return (
    <>
      <PageHeader title={words.title}>
        <PlateSearchField
          label={may ? activity.searchLabel : words.searchLabel}
          onSearch={setPlate}
          shortest={may ? 3 : 1}
        />
        <SegmentedControl
          aria-label={words.state}
          value={state ?? everyState}
          data={[
            { value: everyState, label: words.all },
            ...validityState.options.map((value) => ({ value, label: words.states[value] })),
          ]}
          onChange={(value) =>
            navigate({ search: (before) => ({ ...before, state: validityState.safeParse(value).data }) })
          }
        />
        {may && (
          <Button leftSection={<IconPlus size="1rem" />} onClick={open} ml="auto">
            {words.add}
          </Button>
        )}
      </PageHeader>
      {entries.isPending && <ScreenSkeleton />}
      {entries.isError && entries.items.length === 0 && <LoadFailed error={entries.error} onRetry={entries.refetch} />}
      {entries.isSuccess && entries.items.length === 0 && (
        <EmptyState
          icon={<IconBan stroke={1.5} />}
          title={plate === '' ? words.none : words.noMatch}
          description={words.noneText}
        />
      )}
      {entries.items.length > 0 && (
        <ol className={page.list} aria-label={words.title}>
          {entries.items.map((entry) => (
            <BlacklistRow key={entry.id} entry={entry} may={may} />
          ))}
        </ol>
      )}
      <OlderButton {...entries} />
      {adding && (
        <Suspense>
          <AddEntryDialog onClose={close} />
        </Suspense>
      )}
    </>
  )
}
