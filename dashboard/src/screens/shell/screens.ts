import {
  IconBan,
  IconBarrierBlock,
  IconBell,
  IconCar,
  IconLayoutDashboard,
  IconListDetails,
  IconReceipt,
  IconRepeat,
} from '@tabler/icons-react'

/** The screens one can go to, in the order of the navigation; each is named by its key in the catalogue. */
export const screens = [
  { name: 'overview', to: '/overview', Icon: IconLayoutDashboard },
  { name: 'lanes', to: '/lanes', Icon: IconBarrierBlock },
  { name: 'activity', to: '/activity', Icon: IconListDetails },
  { name: 'inside', to: '/inside', Icon: IconCar },
  { name: 'alerts', to: '/alerts', Icon: IconBell },
  { name: 'blacklist', to: '/blacklist', Icon: IconBan },
  { name: 'payments', to: '/payments', Icon: IconReceipt },
  { name: 'subscriptions', to: '/subscriptions', Icon: IconRepeat },
] as const
