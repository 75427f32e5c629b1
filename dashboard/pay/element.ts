type Child = Node | string | null | undefined | false
type Props<K extends keyof HTMLElementTagNameMap> = Partial<Omit<HTMLElementTagNameMap[K], 'dataset' | 'style'>> & {
  data?: Record<string, string>
  role?: string
}

/** Makes a DOM element. Text is set as text, never parsed as HTML. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props<K> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const { data, ...rest } = props
  const made = Object.assign(document.createElement(tag), rest)
  Object.assign(made.dataset, data)
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false))
  return made
}
