const texts: Record<string, string> = {
  'auth/invalid-credential': 'E-mail or password is wrong.',
  'auth/invalid-login-credentials': 'E-mail or password is wrong.',
  'auth/wrong-password': 'E-mail or password is wrong.',
  'auth/user-not-found': 'E-mail or password is wrong.',
  'auth/invalid-email': 'This is not an e-mail address.',
  'auth/user-disabled': 'This account is disabled. Ask your administrator.',
  'auth/too-many-requests': 'Too many attempts. Wait a few minutes, then try again.',
  'auth/network-request-failed': 'The sign-in service cannot be reached. Check the connection, then try again.',
  'auth/operation-not-allowed':
    'Signing in with a password is switched off for this deployment. Ask your administrator.',
}

/** What to tell a person whose sign-in failed. Whether an account exists is never told. */
export function signInError(error: unknown): Error {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined
  const fallback = `Signing in failed${code ? ` (${code})` : ''}. Try again; if it stays so, ask your administrator.`
  return new Error(texts[code ?? ''] ?? fallback, { cause: error })
}
