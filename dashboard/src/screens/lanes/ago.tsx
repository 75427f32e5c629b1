import { ago, dateAndTime } from '../../format/time.ts'
import { useServerNow } from '../../live/live-context.tsx'

/** How long ago something was, kept current; the exact time at the site is its tooltip. */
export function Ago({ at, timeZone }: { at: string; timeZone: string }) {
  const now = useServerNow()
  return (
    <time dateTime={at} title={dateAndTime(at, timeZone)}>
      {ago(at, now)}
    </time>
  )
}
