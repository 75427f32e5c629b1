import { Drawer } from '@mantine/core'
import { useWords } from '../../i18n/language.ts'
import { DecisionWhy } from './decision-why.tsx'

/** Why a decision was taken, beside the list. It has an address of its own. */
export function DecisionDrawer({ decisionId, onClose }: { decisionId: string; onClose: () => void }) {
  const { activity, common } = useWords()
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="lg"
      title={activity.why}
      closeButtonProps={{ 'aria-label': common.close }}
    >
      <DecisionWhy decisionId={decisionId} withSession />
    </Drawer>
  )
}
