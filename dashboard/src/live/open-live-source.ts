import type { DashboardConfig } from '../config.ts'
import { openFirestore } from '../session/firebase.ts'
import { apiSource } from './api-source.ts'
import { withFallback } from './fallback-source.ts'
import { firestoreSource } from './firestore-source.ts'
import { standsStillAfterMs } from './freshness.ts'
import type { LiveSource } from './live-source.ts'
import { noticeSilence } from './silence-source.ts'

/** The source that the deployment is configured for; with Firestore, the API's stream stands in while it cannot be reached. */
export function openLiveSource(config: DashboardConfig, idToken: (refresh: boolean) => Promise<string>): LiveSource {
  const api = apiSource({ apiUrl: config.apiUrl, idToken })
  if (config.live === 'api') return api
  return withFallback(
    noticeSilence(
      firestoreSource(() => openFirestore(config)),
      standsStillAfterMs,
    ),
    api,
  )
}
