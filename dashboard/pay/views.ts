import { ApiError } from '../src/api/problem.ts'
import { element } from './element.ts'
import { words } from './language.ts'

/** Replaces what the page shows. `state` is there for style and for tests. */
export function show(state: string, ...content: Node[]): void {
  const page = document.getElementById('page')!
  page.dataset.state = state
  page.replaceChildren(...content)
}

/** What the page shows, as `show` was told. */
export function shown(): string | undefined {
  return document.getElementById('page')!.dataset.state
}

/** A heading, a sentence and whatever belongs to them. */
export function card(title: string, text: string, ...more: (Node | false)[]): HTMLElement {
  return element(
    'section',
    { className: 'card' },
    element('h1', {}, title),
    text !== '' && element('p', {}, text),
    ...more,
  )
}

export function button(text: string, onClick: () => void, className = 'primary'): HTMLButtonElement {
  return element('button', { type: 'button', className, onclick: onClick }, text)
}

export function link(text: string, href: string, className = 'quiet'): HTMLAnchorElement {
  return element('a', { className, href }, text)
}

/** A button that is busy until what it does is done, and shows in `trouble` what went wrong. */
export function busyButton(
  text: string,
  act: () => Promise<unknown>,
  trouble: HTMLElement,
  className = 'primary',
): HTMLButtonElement {
  const made = button(text, () => void whileBusy(made, trouble, act), className)
  return made
}

export async function whileBusy(
  pressed: HTMLButtonElement,
  trouble: HTMLElement,
  act: () => Promise<unknown>,
): Promise<void> {
  pressed.disabled = true
  pressed.ariaBusy = 'true'
  trouble.replaceChildren()
  try {
    await act()
  } catch (error) {
    trouble.replaceChildren(problem(error, () => void whileBusy(pressed, trouble, act)))
  } finally {
    pressed.disabled = false
    pressed.ariaBusy = 'false'
  }
}

/** Where what went wrong is shown, beside what was tried. */
export function troublePlace(): HTMLElement {
  return element('div', { className: 'trouble' })
}

/** What went wrong, in the API's own words where it gave any, and a way to try again where that can help. */
export function problem(error: unknown, onRetry: () => void): HTMLElement {
  const said = error instanceof ApiError ? error.message : words().pageFailed
  const made = card(words().failed, said, button(words().tryAgain, onRetry))
  made.setAttribute('role', 'alert')
  return made
}

/** Shows that there is no such thing, where that is what went wrong. */
export function isNotFound(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 404
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

/** Rows of a label and what belongs to it. */
export function rows(className: string, pairs: readonly (readonly [string, string])[]): HTMLElement {
  return element(
    'dl',
    { className },
    ...pairs.map(([term, value]) => element('div', {}, element('dt', {}, term), element('dd', {}, value))),
  )
}
