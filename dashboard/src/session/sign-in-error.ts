import { words } from '../i18n/language.ts'

type Text =
  | 'wrong'
  | 'notAnAddress'
  | 'disabled'
  | 'tooMany'
  | 'unreachable'
  | 'switchedOff'
  | 'popupBlocked'
  | 'otherWay'

const texts: Record<string, Text> = {
  'auth/invalid-credential': 'wrong',
  'auth/invalid-login-credentials': 'wrong',
  'auth/wrong-password': 'wrong',
  'auth/user-not-found': 'wrong',
  'auth/invalid-email': 'notAnAddress',
  'auth/user-disabled': 'disabled',
  'auth/too-many-requests': 'tooMany',
  'auth/network-request-failed': 'unreachable',
  'auth/operation-not-allowed': 'switchedOff',
  'auth/popup-blocked': 'popupBlocked',
  'auth/account-exists-with-different-credential': 'otherWay',
}

/** Whoever closes the window of a provider, or opens another one, knows. */
export function isAbandoned(error: unknown): boolean {
  return ['auth/popup-closed-by-user', 'auth/cancelled-popup-request', 'auth/user-cancelled'].includes(
    codeOf(error) ?? '',
  )
}

export function isUnknownAccount(error: unknown): boolean {
  return codeOf(error) === 'auth/user-not-found'
}

/** What to tell a person whose sign-in failed. Whether an account exists is never told. */
export function signInError(error: unknown): Error {
  const { signIn } = words()
  const code = codeOf(error)
  const known = texts[code ?? '']
  return new Error(known ? signIn[known] : signIn.failed(code ? ` (${code})` : ''), { cause: error })
}

function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined
}
