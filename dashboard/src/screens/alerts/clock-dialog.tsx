import { Skeleton } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { AlertItem } from '@turnpike/contracts/alert.ts'
import { useApi } from '../../api/api-context.tsx'
import { answerOf } from '../../api/client.ts'
import { useAlertWords } from '../../i18n/alert-words.ts'
import { useFormats } from '../../i18n/format.ts'
import { useServerNow } from '../../live/live-context.tsx'
import { ActionDialog } from '../page/action-dialog.tsx'
import { LoadFailed } from '../page/load-failed.tsx'
import { useReason } from '../page/reason-field.tsx'
import { useZone } from '../page/use-zone.ts'

/** Asks whether the clock that a camera has jumped to is the one that counts from now on. */
export function ClockDialog({ alert, onClose }: { alert: AlertItem; onClose: () => void }) {
  const { clock: words } = useAlertWords()
  const format = useFormats()
  const timeZone = useZone(alert.siteId)
  const now = useServerNow()
  const api = useApi()
  const queries = useQueryClient()
  const reason = useReason()
  const params = { path: { cameraId: alert.subjectId } }
  const camera = useQuery({
    queryKey: ['camera', alert.subjectId],
    queryFn: ({ signal }) => answerOf(api.GET('/v1/cameras/{cameraId}', { params, signal })),
  })
  const offsetSeconds = camera.data?.clockJumpedToSeconds ?? null
  const confirm = async (changeReason: string) => {
    if (offsetSeconds === null) return
    try {
      await answerOf(api.POST('/v1/cameras/{cameraId}/clock', { params, body: { offsetSeconds, changeReason } }))
    } finally {
      for (const queryKey of [['alerts'], ['camera']]) void queries.invalidateQueries({ queryKey })
    }
  }
  const submit = () => {
    const why = reason.read()
    return why === undefined ? undefined : confirm(why)
  }
  return (
    <ActionDialog onClose={onClose} title={words.title} text={words.text} submit={words.confirm} onSubmit={submit}>
      {camera.isPending && <Skeleton h={44} />}
      {camera.isError && <LoadFailed error={camera.error} onRetry={camera.refetch} />}
      {camera.data && offsetSeconds === null && <p style={{ margin: 0 }}>{words.steady}</p>}
      {offsetSeconds !== null && (
        <>
          <p style={{ margin: 0 }} data-clock-offset={offsetSeconds}>
            {words.shows(
              format.dateTime(new Date(now + offsetSeconds * 1000), timeZone),
              format.dateTime(new Date(now), timeZone),
            )}
          </p>
          {reason.field}
        </>
      )}
    </ActionDialog>
  )
}
