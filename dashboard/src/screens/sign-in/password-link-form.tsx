import { Alert, Anchor, Button, Stack, Text, TextInput, Title } from '@mantine/core'
import { IconAlertTriangle, IconMail } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { useWords } from '../../i18n/language.ts'
import { useSession } from '../../session/session-context.tsx'

/** Has a link sent that sets a new password. @param props.email what was typed already */
export function PasswordLinkForm({ email, onBack }: { email: string; onBack: () => void }) {
  const session = useSession()
  const { signIn: say } = useWords()
  const send = useMutation({
    mutationFn: async (to: string) => {
      await session.sendPasswordLink(to)
      return to
    },
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    send.mutate(String(new FormData(event.currentTarget).get('email')).trim())
  }
  return (
    <form onSubmit={submit} aria-labelledby="password-link-title">
      <Stack gap="md">
        <div>
          <Title id="password-link-title" order={1} size="h3">
            {say.resetTitle}
          </Title>
          <Text size="sm" c="dimmed">
            {say.resetLead}
          </Text>
        </div>
        {send.isSuccess && (
          <Alert role="status" color="gray" icon={<IconMail />}>
            {say.linkSent(send.data)}
          </Alert>
        )}
        {send.isError && (
          <Alert role="alert" color="red" icon={<IconAlertTriangle />}>
            {send.error.message}
          </Alert>
        )}
        <TextInput
          name="email"
          type="email"
          label={say.email}
          defaultValue={email}
          autoComplete="username"
          required
          withAsterisk={false}
          autoFocus
        />
        <Button type="submit" fullWidth loading={send.isPending}>
          {say.sendLink}
        </Button>
        <Anchor component="button" type="button" size="sm" onClick={onBack}>
          {say.back}
        </Anchor>
      </Stack>
    </form>
  )
}
