import {
  IconBan,
  IconBarrierBlock,
  IconBell,
  IconCar,
  IconLayoutDashboard,
  IconListDetails,
  IconReceipt,
  IconRepeat,
  IconUsers,
} from '@tabler/icons-react'
import { useMay } from '../page/use-role.ts'

/** In the order of the navigation; each is named by its key in the catalogue. */
const screens = [
  { name: 'overview', to: '/overview', Icon: IconLayoutDashboard },
  { name: 'lanes', to: '/lanes', Icon: IconBarrierBlock },
  { name: 'activity', to: '/activity', Icon: IconListDetails },
  { name: 'inside', to: '/inside', Icon: IconCar },
  { name: 'alerts', to: '/alerts', Icon: IconBell },
  { name: 'blacklist', to: '/blacklist', Icon: IconBan },
  { name: 'payments', to: '/payments', Icon: IconReceipt },
  { name: 'subscriptions', to: '/subscriptions', Icon: IconRepeat },
  { name: 'operators', to: '/operators', Icon: IconUsers },
] as const

/** The screens that this person can go to. */
export function useScreens() {
  const admin = useMay('admin')
  return screens.filter(({ name }) => name !== 'operators' || admin)
}
