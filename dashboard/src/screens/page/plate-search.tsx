import { CloseButton, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { useWords } from '../../i18n/language.ts'

type Props = { label: string; onSearch: (plate: string) => void; shortest?: number }

/** Where a plate, or a part of one, is typed. It goes to the API in a body and never into the address. `/` jumps here. */
export function PlateSearchField({ label, onSearch, shortest = 3 }: Props) {
  const { activity, common } = useWords()
  const [text, setText] = useState('')
  const search = useDebouncedCallback(onSearch, 250)
  const change = (typed: string) => {
    setText(typed)
    search(lettersOf(typed).length >= shortest ? typed.trim() : '')
  }
  const tooShort = text.trim() !== '' && lettersOf(text).length < shortest
  return (
    <TextInput
      data-search
      aria-label={label}
      placeholder={label}
      title={activity.searchHint}
      error={tooShort ? activity.searchHint : undefined}
      value={text}
      maxLength={32}
      autoComplete="off"
      spellCheck={false}
      leftSection={<IconSearch size="1rem" stroke={1.7} />}
      rightSection={text && <CloseButton size="sm" aria-label={common.close} onClick={() => change('')} />}
      onChange={(event) => change(event.currentTarget.value)}
      onKeyDown={(event) => event.key === 'Escape' && change('')}
      w={220}
    />
  )
}

function lettersOf(text: string): string {
  return text.replace(/[^\p{L}\p{Nd}]/gu, '')
}
