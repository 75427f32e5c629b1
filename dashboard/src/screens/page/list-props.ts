import type { ReactNode, Ref } from 'react'

/** What a row of a list hands to its outermost element, where there are too many to draw all. */
export type RowPlace = {
  ref?: Ref<HTMLLIElement>
  'data-index'?: number
  'aria-posinset'?: number
  'aria-setsize'?: number
}

export type LongListProps<T> = {
  items: T[]
  keyOf: (item: T) => string
  /** How high a row is before it was measured, in px. */
  rowHeight: number
  className: string | undefined
  label: string
  children: (item: T, place: RowPlace) => ReactNode
}
