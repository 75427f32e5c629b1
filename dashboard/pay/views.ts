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

/** What went wrong, and a way to try again where that can help. */
export function problem(error: unknown, onRetry: () => void): HTMLElement {
  const known = error instanceof ApiError
  const text = known ? error.message : 'Something went wrong on this page. Try again, or call for help at the exit.'
  const title = known && error.status === 404 ? 'This price is not known' : 'That did not work'
  const made = card(title, text, button('Try again', onRetry))
  made.setAttribute('role', 'alert')
  return made
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
