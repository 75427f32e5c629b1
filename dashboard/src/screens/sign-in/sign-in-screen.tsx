import { Paper } from '@mantine/core'
import { useState } from 'react'
import { Brand } from '../shell/brand.tsx'
import { LanguageMenu } from '../shell/language-menu.tsx'
import { SchemeToggle } from '../shell/scheme-toggle.tsx'
import { PasswordLinkForm } from './password-link-form.tsx'
import { SignInForm } from './sign-in-form.tsx'
import styles from './sign-in-screen.module.css'

/** @param props.ended the person was signed in until just now and did not sign out */
export function SignInScreen({ ended }: { ended: boolean }) {
  const [email, setEmail] = useState('')
  const [forgotten, setForgotten] = useState(false)
  return (
    <div className={styles.page}>
      <div className={styles.scheme}>
        <LanguageMenu />
        <SchemeToggle />
      </div>
      <main className={styles.main}>
        <Brand />
        <Paper className={styles.form}>
          {forgotten ? (
            <PasswordLinkForm email={email} onBack={() => setForgotten(false)} />
          ) : (
            <SignInForm
              ended={ended}
              email={email}
              onForgotten={(typed) => {
                setEmail(typed)
                setForgotten(true)
              }}
            />
          )}
        </Paper>
      </main>
    </div>
  )
}
