import { element } from './element.ts'
import { words } from './language.ts'

export type PlateList = { field: HTMLElement; plates(): string[] }

/** Plates to type, one a line: for one car as simple as for ten. */
export function plateList(plates: string[]): PlateList {
  const area = element('textarea', {
    id: 'plates',
    name: 'plates',
    required: true,
    rows: Math.max(2, plates.length + 1),
    value: plates.join('\n'),
    autocapitalize: 'characters',
    autocomplete: 'off',
    spellcheck: false,
    placeholder: 'B AB 1234',
  })
  area.setAttribute('aria-describedby', 'plates-hint')
  return {
    field: element(
      'div',
      { className: 'field' },
      element('label', { htmlFor: 'plates' }, words().vehicles),
      area,
      element('p', { className: 'note left', id: 'plates-hint' }, words().vehiclesHint),
    ),
    plates: () =>
      area.value
        .split(/[\n,;]+/)
        .map((plate) => plate.trim())
        .filter((plate) => plate !== ''),
  }
}
