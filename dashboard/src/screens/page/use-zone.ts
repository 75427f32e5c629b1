import { useSite } from '../../live/live-context.tsx'
import { useChosenSites } from '../shell/chosen-sites.ts'

/** The time zone of a site; of the first one shown for what belongs to every site. */
export function useZone(siteId: string | null): string {
  const { shown } = useChosenSites()
  return useSite(siteId ?? shown[0] ?? '')?.timeZone ?? 'UTC'
}
