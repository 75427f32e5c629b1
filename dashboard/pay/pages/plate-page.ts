import { element } from '../element.ts'
import { words } from '../language.ts'
import { lookAlikes } from '../look-alikes.ts'
import type { PayApi } from '../pay-api.ts'
import { busyButton, link, show, troublePlace, whileBusy } from '../views.ts'

const advanceHours = [1, 2, 4, 24]

/** Asks for the plate and goes to what is owed under it. The plate is sent in a body, never in an address. */
export function showPlateForm(api: PayApi, siteId: string): void {
  const said = words()
  const answer = element('div', { className: 'answer' })
  answer.setAttribute('aria-live', 'polite')
  const trouble = troublePlace()
  const submit = element('button', { type: 'submit', className: 'primary' }, said.showOwed)
  const plate = element('input', {
    id: 'plate',
    name: 'plate',
    required: true,
    maxLength: 32,
    autocomplete: 'off',
    autocapitalize: 'characters',
    spellcheck: false,
    placeholder: 'B AB 1234',
  })
  const ask = () =>
    whileBusy(submit, trouble, async () => {
      answer.replaceChildren()
      const { quote } = await api.newQuote({ siteId, plate: plate.value })
      if (quote) location.assign(`/pay/${encodeURIComponent(quote.id)}`)
      else
        answer.replaceChildren(
          nothingOwed(plate, () => void ask()),
          advance(api, siteId, plate.value),
        )
    })
  const form = element(
    'form',
    {
      className: 'card',
      onsubmit: (event: SubmitEvent) => {
        event.preventDefault()
        void ask()
      },
    },
    element('h1', {}, said.title),
    element('label', { htmlFor: 'plate' }, said.plateLabel),
    plate,
    submit,
    answer,
    trouble,
    link(said.buySubscription, `/plans?site=${encodeURIComponent(siteId)}`),
  )
  show('plate', form)
  plate.focus()
}

/** The same whether the plate was ever seen or not. */
function nothingOwed(plate: HTMLInputElement, ask: () => void): HTMLElement {
  const others = lookAlikes(plate.value)
  const choose = (other: string) =>
    element(
      'button',
      {
        type: 'button',
        className: 'chip plate',
        onclick: () => {
          plate.value = other
          ask()
        },
      },
      other,
    )
  return element(
    'div',
    { className: 'nothing' },
    element('p', {}, words().nothingOwed),
    others.length > 0 && element('p', { className: 'note left' }, words().didYouMean),
    others.length > 0 && element('div', { className: 'chips' }, ...others.map(choose)),
  )
}

/** Whoever wants to pay before the camera or the clock says so may. */
function advance(api: PayApi, siteId: string, plate: string): HTMLElement {
  const said = words()
  const trouble = troublePlace()
  const pay = (hours: number) =>
    busyButton(
      said.advanceFor(hours),
      async () => {
        const quote = await api.advance({ siteId, plate, minutes: hours * 60 })
        location.assign(`/pay/${encodeURIComponent(quote.id)}`)
      },
      trouble,
      'chip',
    )
  return element(
    'section',
    { className: 'advance' },
    element('h2', {}, said.payAdvance),
    element('p', { className: 'note left' }, said.advanceHint),
    element('div', { className: 'chips' }, ...advanceHours.map(pay)),
    trouble,
  )
}
