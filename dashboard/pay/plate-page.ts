import { element } from './element.ts'
import type { PayApi } from './pay-api.ts'
import { problem, show } from './views.ts'

/** Asks for the plate and goes to what is owed under it. The plate is sent in a body, never in an address. */
export function showPlateForm(api: PayApi, siteId: string): void {
  const answer = element('div', { className: 'answer' })
  answer.setAttribute('aria-live', 'polite')
  const submit = element('button', { type: 'submit', className: 'primary' }, 'Show what I owe')
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
  const ask = async () => {
    submit.disabled = true
    submit.ariaBusy = 'true'
    answer.replaceChildren()
    try {
      const { quote } = await api.newQuote({ siteId, plate: plate.value })
      if (quote) location.assign(`/pay/${encodeURIComponent(quote.id)}`)
      else
        answer.replaceChildren(
          element('p', { className: 'nothing' }, 'Nothing is owed here under this plate; check the spelling.'),
        )
    } catch (error) {
      answer.replaceChildren(problem(error, ask))
    } finally {
      submit.disabled = false
      submit.ariaBusy = 'false'
    }
  }
  const form = element(
    'form',
    {
      className: 'card',
      onsubmit: (event: SubmitEvent) => {
        event.preventDefault()
        void ask()
      },
    },
    element('h1', {}, 'Pay for parking'),
    element('label', { htmlFor: 'plate' }, 'Your licence plate'),
    plate,
    submit,
    answer,
  )
  show('plate', form)
  plate.focus()
}
