import type { HolderPayments, HolderSubscription } from '@turnpike/contracts/holder.ts'
import { ApiError } from '../../src/api/problem.ts'
import { element } from '../element.ts'
import { day, money } from '../formats.ts'
import { words } from '../language.ts'
import type { PayApi } from '../pay-api.ts'
import { plateList } from '../plate-list.ts'
import { busyButton, button, link, show, skeleton, troublePlace, whileBusy } from '../views.ts'

/** What the holder of a mailed link sees and changes; whoever has none may ask for one. */
export async function showManage(api: PayApi, token: string): Promise<void> {
  if (token === '') return showLinkForm(api, '')
  show('loading', skeleton(words().manageTitle))
  const held = api.held(token)
  try {
    const [subscription, payments] = await Promise.all([held.show(), held.payments()])
    show(
      'manage',
      subscriptionCard(api, token, subscription),
      vehiclesCard(held, subscription),
      paymentsCard(payments, subscription),
    )
  } catch (error) {
    if (!(error instanceof ApiError) || (error.status !== 401 && error.status !== 404)) throw error
    showLinkForm(api, words().linkOver)
  }
}

type Held = ReturnType<PayApi['held']>

function subscriptionCard(api: PayApi, token: string, subscription: HolderSubscription): HTMLElement {
  const said = words()
  const held = api.held(token)
  const trouble = troublePlace()
  const { planName, sites, status, price } = subscription
  const sum =
    price === null
      ? ''
      : `${money(price.amountMinor, price.currency)} ${said.per[price.period.unit](price.period.every)}`
  return element(
    'section',
    { className: 'card', data: { status } },
    element('h1', {}, planName),
    element(
      'p',
      { className: `badge ${subscription.entitled ? 'good' : 'bad'}` },
      subscription.entitled && subscription.cancelAtPeriodEnd ? said.ending : said.status[status],
    ),
    element('p', {}, whatHolds(subscription)),
    sum !== '' && element('p', { className: 'price' }, sum),
    element('p', { className: 'note left' }, said.validAt(sites.map(({ name }) => name).join(', '))),
    subscription.portal &&
      busyButton(said.portal, async () => location.assign((await held.openPortal()).redirectUrl), trouble, 'secondary'),
    status !== 'cancelled' && endOrKeep(api, token, subscription, trouble),
    trouble,
  )
}

function whatHolds(subscription: HolderSubscription): string {
  const said = words()
  const timeZone = subscription.sites[0]?.timeZone
  const on = (instant: string) => day(instant, timeZone)
  const { entitled, graceUntil, currentPeriodEnd, cancelAtPeriodEnd, validFrom, status } = subscription
  if (Date.parse(validFrom) > Date.now()) return said.startsLater(on(validFrom))
  const now = entitled ? (graceUntil === null ? said.mayPark : said.graceUntil(on(graceUntil))) : said.mayNotPark
  if (currentPeriodEnd === null) return now
  if (cancelAtPeriodEnd) return `${now} ${said.endsOn(on(currentPeriodEnd))}`
  return status === 'cancelled' ? now : `${now} ${said.renewsOn(on(currentPeriodEnd))}`
}

/** Asks twice before it cancels, in the place of the button. What was asked shows once the provider says so. */
function endOrKeep(
  api: PayApi,
  token: string,
  { cancelAtPeriodEnd }: HolderSubscription,
  trouble: HTMLElement,
): HTMLElement {
  const said = words()
  const place = element('div', { className: 'choice' })
  const act = async (action: 'cancel' | 'resume') => {
    const after = await api.held(token).act(action)
    if (after.cancelAtPeriodEnd === (action === 'cancel')) return showManage(api, token)
    place.replaceChildren(element('p', { className: 'note left', role: 'status' }, said.changeAsked), again)
  }
  const again = button(said.lookAgain, () => void showManage(api, token).catch(() => undefined), 'secondary')
  const ask = button(said.cancel, () => place.replaceChildren(sure), 'secondary danger')
  const sure = element(
    'div',
    { className: 'sure', role: 'group', ariaLabel: said.cancelSure },
    element('p', {}, said.cancelSure),
    busyButton(said.cancelYes, () => act('cancel'), trouble, 'primary danger'),
    button(said.cancelNo, () => place.replaceChildren(ask), 'secondary'),
  )
  place.append(cancelAtPeriodEnd ? busyButton(said.resume, () => act('resume'), trouble, 'secondary') : ask)
  return place
}

function vehiclesCard(held: Held, subscription: HolderSubscription): HTMLElement {
  const said = words()
  const list = plateList(subscription.plates)
  const trouble = troublePlace()
  const saved = element('p', { className: 'note left', role: 'status' })
  const submit = element('button', { type: 'submit', className: 'primary' }, said.saveVehicles)
  const save = async () => {
    saved.textContent = ''
    await held.changeVehicles(list.plates())
    saved.textContent = said.vehiclesSaved
  }
  return element(
    'form',
    {
      className: 'card',
      onsubmit: (event: SubmitEvent) => {
        event.preventDefault()
        void whileBusy(submit, trouble, save)
      },
    },
    list.field,
    submit,
    saved,
    trouble,
  )
}

function paymentsCard({ items }: HolderPayments, { sites }: HolderSubscription): HTMLElement {
  const said = words()
  const rows = items.map(({ receiptId, amountMinor, refundedMinor, currency, capturedAt }) =>
    element(
      'li',
      {},
      element('span', {}, day(capturedAt, sites[0]?.timeZone)),
      element('span', {}, money(amountMinor - refundedMinor, currency)),
      link(said.receipt, `/receipt/${encodeURIComponent(receiptId)}`),
    ),
  )
  return element(
    'section',
    { className: 'card' },
    element('h2', {}, said.payments),
    items.length === 0
      ? element('p', { className: 'note left' }, said.noPayments)
      : element('ul', { className: 'payments' }, ...rows),
  )
}

/** The answer is the same whether there is a subscription with that address or not. */
function showLinkForm(api: PayApi, notice: string): void {
  const said = words()
  const trouble = troublePlace()
  const sent = element('p', { className: 'nothing', role: 'status' })
  sent.hidden = true
  const email = element('input', {
    id: 'email',
    name: 'email',
    type: 'email',
    required: true,
    maxLength: 254,
    autocomplete: 'email',
    className: 'plain',
  })
  const submit = element('button', { type: 'submit', className: 'primary' }, said.askLink)
  const ask = async () => {
    await api.askForLink(email.value)
    sent.textContent = said.linkSent
    sent.hidden = false
  }
  show(
    'link',
    element(
      'form',
      {
        className: 'card',
        onsubmit: (event: SubmitEvent) => {
          event.preventDefault()
          void whileBusy(submit, trouble, ask)
        },
      },
      element('h1', {}, said.askLinkTitle),
      notice !== '' && element('p', { className: 'nothing', role: 'alert' }, notice),
      element('p', {}, said.askLinkHint),
      element('div', { className: 'field' }, element('label', { htmlFor: 'email' }, said.yourEmail), email),
      submit,
      sent,
      trouble,
    ),
  )
}
