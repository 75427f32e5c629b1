import { Button } from '@mantine/core'
import type { SessionDetail } from '@turnpike/contracts/session.ts'
import { lazy, Suspense, useState } from 'react'
import { useWords } from '../../i18n/language.ts'
import page from '../page/page.module.css'
import { useMay } from '../page/use-role.ts'
import type { StayAction } from './stay-dialog.tsx'

const AdjustDialog = lazy(async () => ({ default: (await import('./adjust-dialog.tsx')).AdjustDialog }))
const StayDialog = lazy(async () => ({ default: (await import('./stay-dialog.tsx')).StayDialog }))

/** What an operator may put right about a stay. Each asks for a reason first. */
export function StayActions({ session, timeZone }: { session: SessionDetail; timeZone: string }) {
  const { session: words } = useWords()
  const manager = useMay('manager')
  const [asking, setAsking] = useState<StayAction | 'adjust'>()
  const actions: (StayAction | 'adjust')[] = [
    ...(session.state === 'open' ? (['correctPlate', 'moveEntry', 'waive', 'end'] as const) : []),
    ...(manager && session.state !== 'void' ? (['adjust'] as const) : []),
    ...(session.needsReview ? (['settle'] as const) : []),
  ]
  return (
    <div className={page.actions}>
      {actions.map((action) => (
        <Button key={action} size="compact-sm" variant="default" onClick={() => setAsking(action)}>
          {words[action]}
        </Button>
      ))}
      {asking && (
        <Suspense>
          {asking === 'adjust' ? (
            <AdjustDialog session={session} onClose={() => setAsking(undefined)} />
          ) : (
            <StayDialog action={asking} session={session} timeZone={timeZone} onClose={() => setAsking(undefined)} />
          )}
        </Suspense>
      )}
    </div>
  )
}
