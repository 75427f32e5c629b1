import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import type { FormEvent, ReactNode } from 'react'
import { useWords } from '../../i18n/language.ts'
import { FailedAction } from './failed-action.tsx'

type Props = {
  onClose: () => void
  title: string
  text: string
  submit: string
  /** What cannot be undone is red. */
  grave?: boolean
  /** Resolves once the API has done it; undefined where the form is not filled in yet. */
  onSubmit: () => Promise<unknown> | undefined
  children?: ReactNode
}

/** Asks before something is done, and stays open with the reason when it was not. */
export function ActionDialog({ onClose, title, text, submit, grave = false, onSubmit, children }: Props) {
  const { common } = useWords()
  const act = useMutation({ mutationFn: (done: Promise<unknown>) => done, onSuccess: () => close() })
  const close = () => {
    act.reset()
    onClose()
  }
  const submitted = (event: FormEvent) => {
    event.preventDefault()
    const done = onSubmit()
    if (done) act.mutate(done)
  }
  return (
    <Modal opened onClose={close} title={title} centered>
      <form onSubmit={submitted} noValidate>
        <Stack gap="md">
          <Text size="sm">{text}</Text>
          {children}
          {act.isError && <FailedAction error={act.error} />}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={close}>
              {common.cancel}
            </Button>
            <Button type="submit" {...(grave && { color: 'red.9' })} loading={act.isPending}>
              {submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
