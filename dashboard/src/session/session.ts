import type { Auth } from 'firebase/auth'
import type { DashboardConfig, SignInProvider } from '../config.ts'
import { language, words } from '../i18n/language.ts'
import { openAuth } from './firebase.ts'
import { isAbandoned, isUnknownAccount, signInError } from './sign-in-error.ts'

/** Who is signed in. `idToken` proves it to the API; `refresh` asks for a new one even if the last has not expired. */
export type Person = { uid: string; email: string; idToken: (refresh: boolean) => Promise<string> }

/** `ended`: the person was signed in and is not any more, without having asked for it. */
export type SessionState =
  | { kind: 'opening' }
  | { kind: 'signed_out'; ended: boolean }
  | { kind: 'signed_in'; person: Person }
  | { kind: 'failed'; message: string }

/** The sign-in of this browser, by Firebase Auth. */
export class Session {
  /** Which ways to sign in this deployment has. */
  readonly ways: DashboardConfig['signIn']
  readonly #opened: ReturnType<typeof openAuth>
  readonly #listeners = new Set<() => void>()
  #state: SessionState = wasSignedIn() ? { kind: 'opening' } : { kind: 'signed_out', ended: false }
  #leaving = false

  constructor(config: DashboardConfig) {
    this.ways = config.signIn
    this.#opened = openAuth(config)
    this.#opened
      .then(({ sdk, auth }) => sdk.onIdTokenChanged(auth, () => this.#update(auth)))
      .catch(() => {
        this.#set({ kind: 'failed', message: words().signIn.notLoaded })
      })
  }

  readonly state = (): SessionState => this.#state

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** @throws Error whose message says what to do. */
  async signIn(email: string, password: string): Promise<void> {
    try {
      const { sdk, auth } = await this.#opened
      await sdk.signInWithEmailAndPassword(auth, email, password)
    } catch (error) {
      throw signInError(error)
    }
  }

  /** Signs in at a provider: in a window of its own, or by leaving this page for it. @throws Error whose message says what to do. */
  async signInAt({ id, parameters }: SignInProvider): Promise<void> {
    try {
      const { sdk, auth } = await this.#opened
      const provider = id.startsWith('saml.') ? new sdk.SAMLAuthProvider(id) : new sdk.OAuthProvider(id)
      if (provider instanceof sdk.OAuthProvider) provider.setCustomParameters(parameters)
      auth.languageCode = language()
      const signIn = this.ways.flow === 'popup' ? sdk.signInWithPopup : sdk.signInWithRedirect
      await signIn(auth, provider, sdk.browserPopupRedirectResolver)
    } catch (error) {
      if (!isAbandoned(error)) throw signInError(error)
    }
  }

  /**
   * What came of a sign-in for which this page was left; at once where it was not.
   * @throws Error whose message says what to do.
   */
  async returned(): Promise<void> {
    if (this.ways.flow !== 'redirect') return
    try {
      const { sdk, auth } = await this.#opened
      await sdk.getRedirectResult(auth, sdk.browserPopupRedirectResolver)
    } catch (error) {
      throw signInError(error)
    }
  }

  /**
   * Has a link sent that sets a new password. Whether there is such an account is not told.
   * @throws Error whose message says what to do.
   */
  async sendPasswordLink(email: string): Promise<void> {
    try {
      const { sdk, auth } = await this.#opened
      auth.languageCode = language()
      await sdk.sendPasswordResetEmail(auth, email)
    } catch (error) {
      if (!isUnknownAccount(error)) throw signInError(error)
    }
  }

  async signOut(): Promise<void> {
    const { sdk, auth } = await this.#opened
    this.#leaving = true
    await sdk.signOut(auth).finally(() => {
      this.#leaving = false
    })
  }

  #update({ currentUser }: Auth): void {
    const before = this.#state
    rememberSignedIn(currentUser !== null)
    if (!currentUser) {
      const ended = before.kind === 'signed_in' && !this.#leaving
      if (before.kind !== 'signed_out') this.#set({ kind: 'signed_out', ended })
      return
    }
    // A renewed token is not a new sign-in: whoever follows the state must not start over each hour.
    if (before.kind === 'signed_in' && before.person.uid === currentUser.uid) return
    const idToken = (refresh: boolean) => currentUser.getIdToken(refresh)
    this.#set({ kind: 'signed_in', person: { uid: currentUser.uid, email: currentUser.email ?? '', idToken } })
  }

  #set(state: SessionState): void {
    this.#state = state
    for (const listener of [...this.#listeners]) listener()
  }
}

/*
 * A hint only, so that the first paint is the right screen before the SDK is loaded: it grants nothing.
 */
const hint = 'turnpike.signed-in'

function wasSignedIn(): boolean {
  try {
    return localStorage.getItem(hint) === '1'
  } catch {
    return true
  }
}

function rememberSignedIn(signedIn: boolean): void {
  try {
    if (signedIn) localStorage.setItem(hint, '1')
    else localStorage.removeItem(hint)
  } catch {
    // storage is blocked: the next start shows a skeleton until the SDK knows
  }
}
