import { Alert, Anchor, Button, Divider, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core'
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, useRef } from 'react'
import type { SignInProvider } from '../../config.ts'
import { useWords } from '../../i18n/language.ts'
import { useSession } from '../../session/session-context.tsx'

type Way = { email: string; password: string } | SignInProvider

/** Every way to sign in that the deployment has: a password, a button for each provider, or both. */
export function SignInForm({
  ended,
  email,
  onForgotten,
}: {
  ended: boolean
  email: string
  onForgotten: (email: string) => void
}) {
  const session = useSession()
  const { signIn: say } = useWords()
  const { password, providers } = session.ways
  const emailField = useRef<HTMLInputElement>(null)
  const signIn = useMutation({
    mutationFn: (way: Way) => ('id' in way ? session.signInAt(way) : session.signIn(way.email, way.password)),
  })
  const back = useQuery({
    queryKey: ['returned from a provider'],
    queryFn: () => session.returned().then(() => true),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const error = signIn.error ?? (signIn.isIdle ? back.error : null)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    signIn.mutate({ email: String(form.get('email')).trim(), password: String(form.get('password')) })
  }
  return (
    <form onSubmit={submit} aria-labelledby="sign-in-title">
      <Stack gap="md">
        <div>
          <Title id="sign-in-title" order={1} size="h3">
            {say.title}
          </Title>
          <Text size="sm" c="dimmed">
            {say.lead}
          </Text>
        </div>
        {ended && !error && (
          <Alert role="status" color="gray" icon={<IconInfoCircle />}>
            {say.ended}
          </Alert>
        )}
        {error && (
          <Alert role="alert" color="red" icon={<IconAlertTriangle />}>
            {error.message}
          </Alert>
        )}
        {password && (
          <>
            <TextInput
              ref={emailField}
              name="email"
              type="email"
              label={say.email}
              defaultValue={email}
              autoComplete="username"
              required
              withAsterisk={false}
              autoFocus
            />
            <PasswordInput
              name="password"
              label={say.password}
              autoComplete="current-password"
              required
              withAsterisk={false}
            />
            <Button type="submit" fullWidth loading={signIn.isPending}>
              {say.title}
            </Button>
            <Anchor
              component="button"
              type="button"
              size="sm"
              onClick={() => onForgotten(emailField.current?.value.trim() ?? '')}
            >
              {say.forgotten}
            </Anchor>
          </>
        )}
        {password && providers.length > 0 && <Divider label={say.or} />}
        {providers.map((provider) => (
          <Button
            key={provider.id}
            variant="default"
            fullWidth
            data-provider={provider.id}
            disabled={signIn.isPending}
            onClick={() => signIn.mutate(provider)}
          >
            {say.at(provider.name)}
          </Button>
        ))}
      </Stack>
    </form>
  )
}
