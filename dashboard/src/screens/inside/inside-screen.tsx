import { Checkbox, EmptyState } from '@mantine/core'
import { IconCarOff } from '@tabler/icons-react'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useWords } from '../../i18n/language.ts'
import { LoadFailed } from '../page/load-failed.tsx'
import { LongList } from '../page/long-list.tsx'
import { OlderButton } from '../page/older-button.tsx'
import page from '../page/page.module.css'
import { PageHeader } from '../page/page-header.tsx'
import { PlateSearchField } from '../page/plate-search.tsx'
import { ScreenSkeleton } from '../page/screen-skeleton.tsx'
import { useMay } from '../page/use-role.ts'
import { useChosenSites } from '../shell/chosen-sites.ts'
import { StayHead, StayRow } from './stay-row.tsx'
import { useBills } from './use-bills.ts'
import { useInside } from './use-inside.ts'

const route = getRouteApi('/inside')

/** Who is inside now, found by what is known of the plate. */
export function InsideScreen() {
  const { inside, blacklist, activity } = useWords()
  const { review } = route.useSearch()
  const navigate = route.useNavigate()
  const { chosen, shown } = useChosenSites()
  const whole = useMay('operator')
  const [plate, setPlate] = useState('')
  const [lookAlike, setLookAlike] = useState(false)
  const stays = useInside({ siteId: chosen, needsReview: review, plate, lookAlike }, shown)
  const bills = useBills(stays.items)
  const searched = plate !== ''
  return (
    <>
      <PageHeader title={inside.title}>
        <PlateSearchField
          label={whole ? activity.searchLabel : blacklist.searchLabel}
          onSearch={setPlate}
          shortest={whole ? 3 : 1}
        />
        {whole && (
          <Checkbox
            label={inside.lookAlike}
            checked={lookAlike}
            onChange={(event) => setLookAlike(event.currentTarget.checked)}
          />
        )}
        <Checkbox
          label={inside.needsReview}
          checked={review === true}
          onChange={(event) => {
            const on = event.currentTarget.checked || undefined
            navigate({ search: (before) => ({ ...before, review: on }) })
          }}
        />
      </PageHeader>
      {stays.isPending && <ScreenSkeleton />}
      {stays.isError && stays.items.length === 0 && <LoadFailed error={stays.error} onRetry={stays.refetch} />}
      {stays.isSuccess && stays.items.length === 0 && (
        <EmptyState
          icon={<IconCarOff stroke={1.5} />}
          title={searched ? inside.noMatch : inside.none}
          description={searched ? inside.noMatchText : inside.noneText}
        />
      )}
      {stays.items.length > 0 && (
        <>
          <StayHead />
          <LongList
            items={stays.items}
            keyOf={({ id }) => id}
            rowHeight={47}
            className={page.list}
            label={inside.title}
          >
            {(stay, place) => <StayRow key={stay.id} stay={stay} bill={bills.get(stay.id)} place={place} />}
          </LongList>
        </>
      )}
      <OlderButton {...stays} />
    </>
  )
}
