import { NativeSelect } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { outcome as outcomes, reasonCodes } from '@turnpike/contracts/decision.ts'
import { useWords } from '../../i18n/language.ts'
import type { Lane } from '../../live/live-context.tsx'

const route = getRouteApi('/activity')

/** What narrows decisions down, kept in the address. */
export function DecisionFilters({ lanes }: { lanes: Lane[] }) {
  const words = useWords()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const set = (change: Partial<typeof search>) => navigate({ search: (before) => ({ ...before, ...change }) })
  return (
    <>
      <NativeSelect
        aria-label={words.activity.gate}
        value={search.gate ?? ''}
        onChange={(event) => set({ gate: event.currentTarget.value || undefined })}
        data={[
          { value: '', label: words.activity.allGates },
          ...lanes.map(({ gateId, name }) => ({ value: gateId, label: name })),
        ]}
      />
      <NativeSelect
        aria-label={words.activity.outcome}
        value={search.outcome ?? ''}
        onChange={(event) => set({ outcome: outcomes.safeParse(event.currentTarget.value).data })}
        data={[
          { value: '', label: words.activity.allOutcomes },
          ...outcomes.options.map((value) => ({ value, label: words.outcomes[value] })),
        ]}
      />
      <NativeSelect
        aria-label={words.activity.reason}
        value={search.reason ?? ''}
        onChange={(event) => set({ reason: reasonCodes.find((code) => code === event.currentTarget.value) })}
        data={[
          { value: '', label: words.activity.allReasons },
          ...reasonCodes.map((value) => ({ value, label: words.reasons[value] })),
        ]}
      />
    </>
  )
}
