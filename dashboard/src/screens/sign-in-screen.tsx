import { Alert, Button, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core'
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { useWords } from '../i18n/language.ts'
import { useSession } from '../session/session-context.tsx'
import { Brand } from './shell/brand.tsx'
import { LanguageMenu } from './shell/language-menu.tsx'
import { SchemeToggle } from './shell/scheme-toggle.tsx'
import styles from './sign-in-screen.module.css'

/** @param props.ended the person was signed in until just now and did not sign out */
export function SignInScreen({ ended }: { ended: boolean }) {
  const session = useSession()
  const { signIn: say } = useWords()
  const signIn = useMutation({
    mutationFn: ({ email, password }: { email: string; password: string }) => session.signIn(email, password),
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    signIn.mutate({ email: String(form.get('email')).trim(), password: String(form.get('password')) })
  }
  return (
    <div className={styles.page}>
      <div className={styles.scheme}>
        <LanguageMenu />
        <SchemeToggle />
      </div>
      <main className={styles.main}>
        <Brand />
        <Paper component="form" className={styles.form} onSubmit={submit} aria-labelledby="sign-in-title">
          <Stack gap="md">
            <div>
              <Title id="sign-in-title" order={1} size="h3">
                {say.title}
              </Title>
              <Text size="sm" c="dimmed">
                {say.lead}
              </Text>
            </div>
            {ended && !signIn.isError && (
              <Alert role="status" color="gray" icon={<IconInfoCircle />}>
                {say.ended}
              </Alert>
            )}
            {signIn.isError && (
              <Alert role="alert" color="red" icon={<IconAlertTriangle />}>
                {signIn.error.message}
              </Alert>
            )}
            <TextInput
              name="email"
              type="email"
              label={say.email}
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
          </Stack>
        </Paper>
      </main>
    </div>
  )
}
