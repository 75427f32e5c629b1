import { element } from '../element.ts'
import { day } from '../formats.ts'
import { words } from '../language.ts'
import type { PayApi } from '../pay-api.ts'
import { button, card, isNotFound, link, show, shown } from '../views.ts'

/** After the provider sent the buyer back: waits until the subscription is confirmed. */
export async function waitForSubscription(
  api: PayApi,
  subscriptionId: string,
  patience = { everyMs: 2000, forMs: 60_000 },
): Promise<void> {
  const said = words()
  const steps = element(
    'ol',
    { className: 'steps' },
    element('li', {}, said.sent),
    element('li', {}, said.confirmation),
  )
  const waiting = card(said.subscribing, said.confirmingHint, steps)
  waiting.setAttribute('role', 'status')
  show('confirming', waiting)
  const giveUp = Date.now() + patience.forMs
  while (Date.now() < giveUp) {
    const found = await api.purchase(subscriptionId).catch((error: unknown) => (isNotFound(error) ? null : undefined))
    if (shown() !== 'confirming') return
    if (found === null) return show('unknown', card(said.unknownSubscription, ''))
    if (found?.state === 'ended') return show('ended', card(said.subscriptionEnded, ''))
    if (found?.state === 'active') return showSubscribed(found.planName, found.validFrom)
    await new Promise((resolve) => setTimeout(resolve, patience.everyMs))
  }
  const again = button(said.lookAgain, () => void waitForSubscription(api, subscriptionId, patience))
  show('unconfirmed', card(said.notSubscribedYet, said.notSubscribedYetHint, again))
}

function showSubscribed(planName: string, validFrom: string): void {
  const said = words()
  show(
    'subscribed',
    element(
      'section',
      { className: 'card paid', role: 'status' },
      element('div', { className: 'tick', ariaHidden: 'true' }),
      element('h1', {}, said.subscribed),
      element('p', {}, said.subscribedHint(planName)),
      Date.parse(validFrom) > Date.now() && element('p', {}, said.subscribedFrom(day(validFrom))),
      link(said.haveOne, '/manage'),
    ),
  )
}
