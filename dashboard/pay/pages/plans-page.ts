import type { PublicPlan } from '@turnpike/contracts/holder.ts'
import type { ProviderName } from '@turnpike/contracts/payment-event.ts'
import { providerList } from '@turnpike/contracts/provider-list.ts'
import { element } from '../element.ts'
import { money } from '../formats.ts'
import { words } from '../language.ts'
import type { PayApi } from '../pay-api.ts'
import { plateList } from '../plate-list.ts'
import { button, card, link, show, skeleton, troublePlace, whileBusy } from '../views.ts'

/** The subscriptions that can be bought, and the way to buy one. */
export async function showPlans(api: PayApi, siteId: string | null): Promise<void> {
  const said = words()
  show('loading', skeleton(said.plansTitle))
  const { items } = await api.plans(siteId)
  const manage = link(said.haveOne, '/manage')
  if (items.length === 0) return show('plans', card(said.plansTitle, said.noPlans, manage))
  const back = () => void showPlans(api, siteId).catch(() => undefined)
  const offers = items.map((plan) =>
    element(
      'li',
      { className: 'card offer' },
      element('h2', {}, plan.name),
      element('p', { className: 'price' }, price(plan)),
      element('p', { className: 'note left' }, said.validAt(plan.sites.map(({ name }) => name).join(', '))),
      button(said.choose, () => showForm(api, plan, back)),
    ),
  )
  show(
    'plans',
    element('header', { className: 'intro' }, element('h1', {}, said.plansTitle), element('p', {}, said.plansHint)),
    element('ul', { className: 'offers' }, ...offers),
    manage,
  )
}

export function price({ amountMinor, currency, period, trialDays }: PublicPlan): string {
  const said = words()
  const regular = `${money(amountMinor, currency)} ${said.per[period.unit](period.every)}`
  return trialDays > 0 ? `${regular}, ${said.trial(trialDays)}` : regular
}

function showForm(api: PayApi, plan: PublicPlan, back: () => void): void {
  const said = words()
  const trouble = troublePlace()
  const holder = input('holder', 'text', 'name')
  const email = input('email', 'email', 'email')
  const vehicles = plateList([])
  const start = startField()
  const method = methodField(plan.providers)
  const submit = element('button', { type: 'submit', className: 'primary' }, said.subscribe)
  let purchase = { id: '', terms: '' }
  const buy = async () => {
    const wanted = {
      planId: plan.id,
      holder: holder.value,
      email: email.value,
      plates: vehicles.plates(),
      provider: method.chosen(),
      ...start.chosen(),
    }
    // Pressed again it is the same purchase; with other terms it is another.
    const terms = JSON.stringify(wanted)
    if (terms !== purchase.terms) purchase = { id: crypto.randomUUID(), terms }
    const { redirectUrl } = await api.buy({ purchaseId: purchase.id, ...wanted })
    location.assign(redirectUrl)
  }
  show(
    'subscribe',
    element(
      'form',
      {
        className: 'card',
        onsubmit: (event: SubmitEvent) => {
          event.preventDefault()
          void whileBusy(submit, trouble, buy)
        },
      },
      element('h1', {}, plan.name),
      element('p', { className: 'price' }, price(plan)),
      element('p', { className: 'note left' }, said.validAt(plan.sites.map(({ name }) => name).join(', '))),
      vehicles.field,
      field(said.yourName, holder),
      field(said.yourEmail, email, said.emailHint),
      start.field,
      method.field,
      submit,
      trouble,
      button(said.back, back, 'secondary'),
    ),
  )
  document.getElementById('plates')?.focus()
}

function field(label: string, control: HTMLInputElement, hint?: string): HTMLElement {
  const described = hint !== undefined && element('p', { className: 'note left', id: `${control.id}-hint` }, hint)
  if (described) control.setAttribute('aria-describedby', described.id)
  return element('div', { className: 'field' }, element('label', { htmlFor: control.id }, label), control, described)
}

function input(id: string, type: string, autocomplete: AutoFill): HTMLInputElement {
  return element('input', { id, name: id, type, required: true, maxLength: 120, autocomplete, className: 'plain' })
}

/** From now, or from the first minute of a day on this phone's clock. */
function startField() {
  const said = words()
  const tomorrow = new Date(Date.now() + 86_400_000)
  const date = input('start-day', 'date', 'off')
  date.min = localDay(tomorrow)
  date.value = date.min
  const dated = field(said.startDay, date)
  dated.hidden = true
  const choose = (later: boolean) => () => {
    dated.hidden = !later
  }
  const now = radio('start', 'now', said.startsNow, true, choose(false))
  const later = radio('start', 'later', said.startsOnDay, false, choose(true))
  return {
    field: element('fieldset', {}, element('legend', {}, said.startsOn), now, later, dated),
    chosen: () => (dated.hidden ? {} : { startsAt: new Date(`${date.value}T00:00`).toISOString() }),
  }
}

function methodField(providers: ProviderName[]) {
  const said = words()
  const options = providers.map((provider, index) =>
    radio('provider', provider, said.method(providerList[provider]), index === 0),
  )
  const made = element('fieldset', {}, element('legend', {}, said.paymentMethod), ...options)
  return {
    field: made,
    chosen: () => made.querySelector<HTMLInputElement>('input:checked')!.value as ProviderName,
  }
}

function radio(name: string, value: string, label: string, checked: boolean, onchange = () => {}): HTMLElement {
  const option = element('input', { type: 'radio', name, value, checked, onchange })
  return element('label', { className: 'radio' }, option, label)
}

function localDay(date: Date): string {
  const two = (part: number) => String(part).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}
