/** The screens one can go to, in the order of the navigation; each is named by its key in the catalogue. */
export const screens = [
  { name: 'overview', to: '/overview' },
  { name: 'lanes', to: '/lanes' },
  { name: 'activity', to: '/activity' },
  { name: 'inside', to: '/inside' },
  { name: 'alerts', to: '/alerts' },
  { name: 'blacklist', to: '/blacklist' },
  { name: 'payments', to: '/payments' },
  { name: 'subscriptions', to: '/subscriptions' },
] as const
