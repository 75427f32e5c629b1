import { ApiError } from '../src/api/problem.ts'
import { element } from './element.ts'

/** Replaces what the page shows. `state` is there for style and for tests. */
export function show(state: string, ...content: Node[]): void {
  const page = document.getElementById('page')!
  page.dataset.state = state
  page.replaceChildren(...content)
}

/** A heading, a sentence and whatever belongs to them. */
export function card(title: string, text: string, ...more: Node[]): HTMLElement {
  return element('section', { className: 'card' }, element('h1', {}, title), element('p', {}, text), ...more)
}

export function button(text: string, onClick: () => void, className = 'primary'): HTMLButtonElement {
  return element('button', { type: 'button', className, onclick: onClick }, text)
}

/** What went wrong, in the API's own words where it gave any, and a way to try again where that can help. */
export function problem(error: unknown, onRetry: () => void): HTMLElement {
  const made = explain(error, onRetry)
  made.setAttribute('role', 'alert')
  return made
}

function explain(error: unknown, onRetry: () => void): HTMLElement {
  const retry = button('Try again', onRetry)
  if (!(error instanceof ApiError))
    return card(
      'That did not work',
      'Something went wrong on this page. Try again, or call for help at the exit.',
      retry,
    )
  if (error.status === 404)
    return card(
      'This price is not known',
      error.message,
      element('p', {}, 'Scan the code at the exit again, or call for help there.'),
    )
  return card('That did not work', error.message, retry)
}

/** The frame of the card while its content is on the way. */
export function skeleton(label: string): HTMLElement {
  return element(
    'section',
    { className: 'card skeleton', role: 'status', ariaLabel: label, ariaBusy: 'true' },
    element('div', { className: 'bone short' }),
    element('div', { className: 'bone tall' }),
    element('div', { className: 'bone' }),
    element('div', { className: 'bone' }),
  )
}
