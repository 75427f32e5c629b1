import type { Role } from '@turnpike/contracts/operator.ts'
import type { Widened } from './en.ts'

/** What the screen of operators says: apart from the rest, so that only it loads it. */
export type OperatorsCatalogue = Widened<typeof operatorsEn>

export const operatorsEn = {
  title: 'Operators',
  needsRole: 'This takes the role admin.',
  search: 'Name or e-mail',
  state: 'State',
  all: 'All',
  states: { active: 'active', invited: 'invited', disabled: 'disabled' },
  noMatch: 'Nobody matches',
  noMatchText: 'Search for less, or choose all states and all sites.',
  you: 'you',
  everySite: 'All sites',
  noSite: 'No site',
  name: 'Name',
  email: 'E-mail',
  role: 'Role',
  roleTexts: {
    viewer: 'Looks at everything of the sites, plates masked, and changes nothing.',
    operator: 'Also sees plates, commands barriers, puts stays right, keeps the blacklist.',
    manager: 'Also looks after money, subscriptions, tariffs, lanes and cameras.',
    admin: 'May do everything at every site, those made later among them, and decides who else may.',
  } satisfies Record<Role, string>,
  sites: 'Sites',
  sitesText: 'Sites that are made later are not among them.',
  sitesMissing: 'At least one site. To take all away, disable instead.',
  chooseAll: 'Choose all',
  invite: 'Invite',
  inviteTitle: 'Invite an operator',
  inviteText: 'Nothing is mailed: you get a link that sets the password, and hand it over yourself.',
  nameMissing: 'A name, as colleagues know it',
  invitedTitle: (name: string) => `${name} is invited`,
  handOver: (name: string) =>
    `Nothing was mailed. Hand this link to ${name} yourself: whoever has it can set the password. It is shown now and never again.`,
  link: 'Link that sets the password',
  copy: 'Copy',
  copied: 'Copied',
  next: 'What happens then',
  setsPassword: 'The link is opened and a password is set. It works once, and not for ever.',
  signsIn: (email: string, address: string) => `Then ${email} signs in at ${address}.`,
  linkGone: 'If the link works no more, “Forgotten your password?” on the sign-in screen has a new one mailed.',
  providerOnly: (name: string, email: string, providers: string) =>
    `Nothing was mailed, and there is no password here: tell ${name} to sign in with ${providers} as ${email}.`,
  providerToo: (email: string, providers: string) => `Signing in with ${providers} as ${email} works without the link.`,
  signInAt: (address: string) => `The address is ${address}.`,
  done: 'Done',
  change: 'Change',
  changeTitle: (name: string) => `Change ${name}`,
  changeText:
    'A new role and new sites count from the next request on. They end every session: it takes a new sign-in to go on.',
  ownText:
    'Nobody takes their own rights away: your role, and whether you are disabled, is for another admin to change.',
  disable: 'Disable',
  disableTitle: (name: string) => `Disable ${name}?`,
  disableText: (name: string) =>
    `${name} is signed out everywhere at once and cannot sign in again. What ${name} did stays on record. This can be undone.`,
  enable: 'Enable',
  enableTitle: (name: string) => `Enable ${name} again?`,
  enableText: (name: string) => `${name} can sign in as before, with the role and the sites that are listed.`,
}
