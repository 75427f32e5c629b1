import { Button, MultiSelect, NativeSelect, TextInput } from '@mantine/core'
import { type Role, roles } from '@turnpike/contracts/operator.ts'
import { useState } from 'react'
import { useWords } from '../../i18n/language.ts'
import { useOperatorsWords } from '../../i18n/operators-words.ts'
import { useSiteNames } from '../../live/live-context.tsx'
import { useChosenSites } from '../shell/chosen-sites.ts'
import { changeOf, isComplete, type Rights } from './rights.ts'

/**
 * Name, role and sites of an operator. What is not touched follows `before`, also when somebody else changes that meanwhile. `read`
 * marks what is missing, and is then undefined.
 * @param own the person at this screen, who cannot change a role or sites of his own
 */
export function useRightsFields(before: Rights, own = false) {
  const { account } = useWords()
  const words = useOperatorsWords()
  const { all } = useChosenSites()
  const names = useSiteNames(all)
  const [touched, setTouched] = useState<Partial<Rights>>({})
  const [wrong, setWrong] = useState(false)
  const now = { ...before, ...touched }
  const touch = (what: Partial<Rights>) => setTouched((earlier) => ({ ...earlier, ...what }))
  const read = () => {
    setWrong(!isComplete(now))
    return isComplete(now) ? { now, change: changeOf(before, touched) } : undefined
  }
  const fields = (
    <>
      <TextInput
        label={words.name}
        value={now.name}
        onChange={(event) => touch({ name: event.currentTarget.value })}
        error={wrong && now.name.trim() === '' && words.nameMissing}
        maxLength={120}
        autoComplete="off"
      />
      <NativeSelect
        label={words.role}
        description={words.roleTexts[now.role]}
        value={now.role}
        onChange={(event) => touch({ role: event.currentTarget.value as Role })}
        data={roles.map((value) => ({ value, label: account.roles[value] }))}
        disabled={own}
      />
      {now.role !== 'admin' && (
        <MultiSelect
          label={words.sites}
          description={words.sitesText}
          value={now.siteIds}
          onChange={(siteIds) => touch({ siteIds })}
          data={all.map((value, index) => ({ value, label: names[index]! }))}
          error={wrong && now.siteIds.length === 0 && words.sitesMissing}
          searchable
        />
      )}
      {now.role !== 'admin' && now.siteIds.length < all.length && (
        <Button
          variant="default"
          size="compact-sm"
          onClick={() => touch({ siteIds: all })}
          style={{ alignSelf: 'start' }}
        >
          {words.chooseAll}
        </Button>
      )}
    </>
  )
  return { fields, read }
}
