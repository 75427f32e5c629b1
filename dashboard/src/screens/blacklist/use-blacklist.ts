import { useQueryClient } from '@tanstack/react-query'
import type { BlacklistItem, NewBlacklistEntry } from '@turnpike/contracts/blacklist.ts'
import type { ValidityState } from '@turnpike/contracts/values.ts'
import { useApi } from '../../api/api-context.tsx'
import { answerOf } from '../../api/client.ts'
import { given } from '../../api/given.ts'
import { ifMatch } from '../../api/if-match.ts'
import { usePages } from '../page/use-pages.ts'
import { useMay } from '../page/use-role.ts'

type Asked = { siteId: string | undefined; state: ValidityState | undefined; plate: string }

/** Blacklist entries, newest first; those of plates that `plate` is a part of. */
export function useBlacklist({ siteId, state, plate }: Asked) {
  const api = useApi()
  const match = useMay('operator') ? 'fragment' : 'exact'
  return usePages<BlacklistItem>({
    queryKey: ['blacklist', siteId, state, plate, match],
    load: (cursor, signal) =>
      plate === ''
        ? answerOf(api.GET('/v1/blacklist', { params: { query: given({ siteId, state, cursor }) }, signal }))
        : answerOf(
            api.POST('/v1/blacklist/search', { body: { ...given({ siteId, state, cursor }), plate, match }, signal }),
          ),
  })
}

/** What can be done to the blacklist. Each resolves once the API has done it, and the list is asked for again. */
export function useBlacklistActions() {
  const api = useApi()
  const queries = useQueryClient()
  const again = () => queries.invalidateQueries({ queryKey: ['blacklist'] })
  return {
    add: (body: Pick<NewBlacklistEntry, 'siteId' | 'plate' | 'reason' | 'validUntil'>) =>
      answerOf(api.POST('/v1/blacklist', { body })).finally(again),
    end: (entry: BlacklistItem, reason: string) =>
      answerOf(
        api.DELETE('/v1/blacklist/{blacklistEntryId}', {
          params: { path: { blacklistEntryId: entry.id }, header: ifMatch(entry) },
          ...(reason !== '' && { body: { reason } }),
        }),
      ).finally(again),
  }
}
