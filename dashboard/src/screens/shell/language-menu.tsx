import { ActionIcon, Menu } from '@mantine/core'
import { IconCheck, IconLanguage } from '@tabler/icons-react'
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
  const spoken = useLanguage()
  return (Object.keys(languages) as Language[]).map((language) => (
    <Menu.Item
      key={language}
      role="menuitemradio"
      aria-checked={language === spoken}
      lang={language}
      rightSection={language === spoken ? <IconCheck size="0.875rem" /> : null}
      onClick={() => void speak(language)}
    >
      {languages[language].name}
    </Menu.Item>
  ))
}
