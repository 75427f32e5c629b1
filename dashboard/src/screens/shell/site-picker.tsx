import { NativeSelect } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useWords } from '../../i18n/language.ts'
import { useSite } from '../../live/live-context.tsx'
import { useChosenSites } from './chosen-sites.ts'

/** One site or all of them, for every screen; kept in the address. */
export function SitePicker() {
  const { nav } = useWords()
  const { chosen, all } = useChosenSites()
  const navigate = useNavigate()
  if (all.length < 2) return null
  return (
    <NativeSelect
      aria-label={nav.site}
      size="xs"
      maw={220}
      miw={0}
      flex="1 1 5rem"
      rightSectionWidth={22}
      styles={{ input: { paddingInlineStart: '0.5rem' } }}
      value={chosen ?? ''}
      onChange={(event) => {
        const site = event.currentTarget.value || undefined
        // A lane of another site would leave every list empty.
        navigate({ to: '.', search: (before) => ({ ...before, gate: undefined, site }) })
      }}
    >
      <option value="">{nav.allSites(all.length)}</option>
      {all.map((siteId) => (
        <SiteOption key={siteId} siteId={siteId} />
      ))}
    </NativeSelect>
  )
}

function SiteOption({ siteId }: { siteId: string }) {
  const site = useSite(siteId)
  return <option value={siteId}>{site?.name ?? siteId}</option>
}
