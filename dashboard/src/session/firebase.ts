import type { FirebaseApp } from 'firebase/app'
import type { Auth } from 'firebase/auth'
import type { Firestore } from 'firebase/firestore'
import type { DashboardConfig } from '../config.ts'

/*
 * The only door to the Firebase SDK. It is loaded when first needed, in parts: signing in does not wait for Firestore.
 */

let app: Promise<FirebaseApp> | undefined

function openApp(config: DashboardConfig): Promise<FirebaseApp> {
  app ??= import('firebase/app').then(({ initializeApp }) => initializeApp(config.firebase))
  return app
}

/** Firebase Auth; who signed in stays signed in on this device until signing out. */
export async function openAuth(config: DashboardConfig): Promise<{ sdk: typeof import('firebase/auth'); auth: Auth }> {
  const [sdk, app] = await Promise.all([import('firebase/auth'), openApp(config)])
  // `initializeAuth` instead of `getAuth` leaves out what pop-ups need; whoever opens one brings it.
  const persistence = [sdk.indexedDBLocalPersistence, sdk.browserLocalPersistence]
  const auth = sdk.initializeAuth(app, { persistence })
  if (config.emulators) sdk.connectAuthEmulator(auth, config.emulators.auth, { disableWarnings: true })
  return { sdk, auth }
}

/** Firestore, with its cache in memory only: nothing of a car park stays on a shared computer. */
export async function openFirestore(
  config: DashboardConfig,
): Promise<{ sdk: typeof import('firebase/firestore'); db: Firestore }> {
  const [sdk, app] = await Promise.all([import('firebase/firestore'), openApp(config)])
  const db = sdk.initializeFirestore(app, {})
  const emulator = config.emulators?.firestore
  if (emulator) {
    const [host = '', port] = emulator.split(':')
    sdk.connectFirestoreEmulator(db, host, Number(port))
  }
  return { sdk, db }
}
