import { useFormats } from '../../i18n/format.ts'
import { useServerNow } from '../../live/live-context.tsx'

/** How long ago something was, kept current; the exact time at the site is its tooltip. */
export function Ago({ at, timeZone }: { at: string; timeZone: string }) {
  const now = useServerNow()
  const format = useFormats()
  return (
    <time dateTime={at} title={format.dateTime(at, timeZone)}>
      {format.ago(at, now)}
    </time>
  )
}
