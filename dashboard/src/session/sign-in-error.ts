import type { Catalogue } from '../i18n/en.ts'
import { words } from '../i18n/language.ts'

const texts: Record<string, Exclude<keyof Catalogue['signIn'], 'failed'>> = {
  'auth/invalid-credential': 'wrong',
  'auth/invalid-login-credentials': 'wrong',
  'auth/wrong-password': 'wrong',
  'auth/user-not-found': 'wrong',
  'auth/invalid-email': 'notAnAddress',
  'auth/user-disabled': 'disabled',
  'auth/too-many-requests': 'tooMany',
  'auth/network-request-failed': 'unreachable',
  'auth/operation-not-allowed': 'switchedOff',
}

/** What to tell a person whose sign-in failed. Whether an account exists is never told. */
export function signInError(error: unknown): Error {
  const { signIn } = words()
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined
  const known = texts[code ?? '']
  return new Error(known ? signIn[known] : signIn.failed(code ? ` (${code})` : ''), { cause: error })
}
