import { useFormats } from '../../i18n/format.ts'
import { useEachServerSecond } from '../../live/live-context.tsx'

/** How long ago something was, kept current; the exact time at the site is its tooltip. */
export function Ago({ at, timeZone }: { at: string; timeZone: string }) {
  const format = useFormats()
  const text = useEachServerSecond((now) => format.ago(at, now))
  return (
    <time dateTime={at} title={format.dateTime(at, timeZone)}>
      {text}
    </time>
  )
}
