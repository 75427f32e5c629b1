import { ActionIcon, Menu } from '@mantine/core'
import { IconLanguage } from '@tabler/icons-react'
import { type Language, languages, speak, useLanguage, useWords } from '../../i18n/language.ts'

export function LanguageMenu() {
  const { account } = useWords()
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={account.language}>
          <IconLanguage size="1.25rem" stroke={1.6} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <LanguageItems />
      </Menu.Dropdown>
    </Menu>
  )
}

/** Every language by its own name: who cannot read the page must still find theirs. */
export function LanguageItems() {
  return (
    <Menu.RadioGroup value={useLanguage()} onChange={(language) => void speak(language as Language)}>
      {Object.entries(languages).map(([language, { name }]) => (
        <Menu.RadioItem key={language} value={language} lang={language} closeMenuOnClick>
          {name}
        </Menu.RadioItem>
      ))}
    </Menu.RadioGroup>
  )
}
