import { Drawer } from '@mantine/core'
import { useWords } from '../../i18n/language.ts'
import { type Lane, useSite } from '../../live/live-context.tsx'
import { GateCard } from './gate-card.tsx'

/** The card of one lane, over whatever shows it small. It has an address of its own. */
export function LaneDrawer({ lane, mayCommand, onClose }: { lane: Lane; mayCommand: boolean; onClose: () => void }) {
  const { common } = useWords()
  const site = useSite(lane.siteId)
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="md"
      title={`${lane.name}, ${site?.name ?? ''}`}
      closeButtonProps={{ 'aria-label': common.close }}
    >
      <GateCard siteId={lane.siteId} gateId={lane.gateId} timeZone={site?.timeZone ?? 'UTC'} mayCommand={mayCommand} />
    </Drawer>
  )
}
