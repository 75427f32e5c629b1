import { stayLength } from '../../format/time.ts'
import { useEachServerSecond } from '../../live/live-context.tsx'

/** How long a stay lasts, up to now where it has not ended. */
export function StayLength({ from, to }: { from: string; to: string | null }) {
  const text = useEachServerSecond((now) =>
    stayLength(Math.max(0, ((to === null ? now : Date.parse(to)) - Date.parse(from)) / 1000)),
  )
  return <span>{text}</span>
}
