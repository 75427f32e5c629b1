import { atLeast, type Role } from '@turnpike/contracts/operator.ts'
import { useFeedState } from '../../live/live-context.tsx'

/** Whether the signed-in person has at least this role. The API decides; this only hides what it would refuse. */
export function useMay(needed: Role): boolean {
  const { access } = useFeedState()
  return access.kind === 'granted' && atLeast(access.role, needed)
}
