import { Combobox, Modal, TextInput, useCombobox } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useWords } from '../../i18n/language.ts'
import { useLanes, useSiteNames } from '../../live/live-context.tsx'
import { useChosenSites } from './chosen-sites.ts'
import { useScreens } from './screens.ts'

/** Goes anywhere by keyboard: to a screen, or to the lanes or the sign of a site. */
export function CommandPalette({ onClose }: { onClose: () => void }) {
  const { nav } = useWords()
  return (
    <Modal.Root opened onClose={onClose} padding="xs" yOffset="12vh">
      <Modal.Overlay />
      <Modal.Content aria-label={nav.goTo}>
        <Modal.Body>
          <Choices onChosen={onClose} />
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}

type Choice = { key: string; label: string; go: () => unknown }

function Choices({ onChosen }: { onChosen: () => void }) {
  const { nav } = useWords()
  const { all } = useChosenSites()
  const names = useSiteNames(all)
  const lanes = useLanes(all)
  const screens = useScreens()
  const navigate = useNavigate()
  const combobox = useCombobox({ opened: true })
  const [text, setText] = useState('')
  const choices: Choice[] = [
    ...screens.map(({ name, to }) => ({ key: name, label: nav[name], go: () => navigate({ to }) })),
    ...all.flatMap((siteId, index) => [
      {
        key: siteId,
        label: nav.showSite(names[index]!),
        go: () => navigate({ to: '/lanes', search: { site: siteId } }),
      },
      {
        key: `sign-${siteId}`,
        label: nav.showSign(names[index]!),
        go: () => navigate({ to: '/sign', search: { site: siteId } }),
      },
    ]),
    ...lanes.map(({ siteId, gateId, name }) => ({
      key: gateId,
      label: `${name}, ${names[all.indexOf(siteId)]}`,
      go: () => navigate({ to: '/lanes', search: { gate: gateId } }),
    })),
  ]
  const found = choices.filter(({ label }) => matches(label, text))
  const choose = (key: string) => {
    onChosen()
    choices.find((choice) => choice.key === key)?.go()
  }
  return (
    <Combobox store={combobox} onOptionSubmit={choose}>
      <Combobox.EventsTarget>
        <TextInput
          data-autofocus
          aria-label={nav.goTo}
          placeholder={nav.goTo}
          leftSection={<IconSearch size="1rem" stroke={1.7} />}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value)
            combobox.resetSelectedOption()
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && combobox.getSelectedOptionIndex() < 0 && found[0]) choose(found[0].key)
          }}
        />
      </Combobox.EventsTarget>
      <Combobox.Options mt="xs" tabIndex={0} mah={320} style={{ overflowY: 'auto' }} aria-label={nav.goTo}>
        {found.length === 0 && <Combobox.Empty>{nav.nothingFound}</Combobox.Empty>}
        {found.map(({ key, label }) => (
          <Combobox.Option key={key} value={key}>
            {label}
          </Combobox.Option>
        ))}
      </Combobox.Options>
    </Combobox>
  )
}

/** Whether every word typed begins a word of the label. */
export function matches(label: string, typed: string): boolean {
  const words = label.toLocaleLowerCase().split(/\s+/)
  return typed
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((part) => words.some((word) => word.startsWith(part)))
}
