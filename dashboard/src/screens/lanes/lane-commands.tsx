import { ActionIcon, Button, Group, Menu } from '@mantine/core'
import { IconBarrierBlock, IconDots, IconLockOpen, IconRotate } from '@tabler/icons-react'
import type { CommandAction, CommandItem } from '@turnpike/contracts/gate-command.ts'
import type { GateDocument } from '@turnpike/contracts/live-documents.ts'
import { lazy, Suspense, useState } from 'react'
import { useWords } from '../../i18n/language.ts'
import styles from './gate-card.module.css'

const CommandDialog = lazy(async () => ({ default: (await import('./command-dialog.tsx')).CommandDialog }))

type Props = {
  gateId: string
  gate: Pick<GateDocument, 'name' | 'barrierMode'>
  timeZone: string
  urgent: boolean
  onSent: (command: CommandItem) => void
}

/** What an operator may tell a barrier. Opening it is one press away, what lasts is two. */
export function LaneCommands({ gateId, gate: { name, barrierMode }, timeZone, urgent, onSent }: Props) {
  const { commands: words } = useWords()
  const [asking, setAsking] = useState<CommandAction>()
  const lasting = [
    { action: 'hold_open', Icon: IconLockOpen, shown: barrierMode !== 'held_open' },
    { action: 'block', Icon: IconBarrierBlock, shown: barrierMode !== 'blocked' },
    { action: 'release', Icon: IconRotate, shown: barrierMode !== 'normal' },
  ] as const
  return (
    <Group gap={6} wrap="nowrap">
      <Button size="compact-sm" variant={urgent ? 'filled' : 'default'} px="md" onClick={() => setAsking('open')}>
        {words.actions.open}
        <span className={styles.hidden}> {name}</span>
      </Button>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="default" size={26} aria-label={words.more(name)}>
            <IconDots size="1rem" stroke={1.8} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {lasting
            .filter(({ shown }) => shown)
            .map(({ action, Icon }) => (
              <Menu.Item key={action} leftSection={<Icon size="1rem" stroke={1.7} />} onClick={() => setAsking(action)}>
                {words.actions[action]}
              </Menu.Item>
            ))}
        </Menu.Dropdown>
      </Menu>
      {asking && (
        <Suspense>
          <CommandDialog
            action={asking}
            gateId={gateId}
            gateName={name}
            timeZone={timeZone}
            onClose={() => setAsking(undefined)}
            onSent={onSent}
          />
        </Suspense>
      )}
    </Group>
  )
}
