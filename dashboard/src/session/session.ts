import type { Auth } from 'firebase/auth'
import type { DashboardConfig } from '../config.ts'
import { openAuth } from './firebase.ts'
import { signInError } from './sign-in-error.ts'

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
  readonly #opened: ReturnType<typeof openAuth>
  readonly #listeners = new Set<() => void>()
  #state: SessionState = wasSignedIn() ? { kind: 'opening' } : { kind: 'signed_out', ended: false }
  #leaving = false

  constructor(config: DashboardConfig) {
    this.#opened = openAuth(config)
    this.#opened
      .then(({ sdk, auth }) => sdk.onIdTokenChanged(auth, () => this.#update(auth)))
      .catch(() => {
        this.#set({
          kind: 'failed',
          message: 'The sign-in could not be loaded. Check the connection, then load the page again.',
        })
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
