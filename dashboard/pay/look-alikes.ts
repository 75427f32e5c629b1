/** What people and cameras mix up. Made from what was typed alone: no page says which plates there are. */
const pairs: Record<string, string> = {
  '0': 'O',
  O: '0',
  '1': 'I',
  I: '1',
  '5': 'S',
  S: '5',
  '8': 'B',
  B: '8',
  '2': 'Z',
  Z: '2',
  '6': 'G',
  G: '6',
}

/** Other ways to read a typed plate, each with one character changed; at most four, from the end, where digits and letters meet. */
export function lookAlikes(typed: string): string[] {
  const text = typed.trim().toUpperCase()
  const found: string[] = []
  for (let at = text.length - 1; at >= 0; at--) {
    const other = pairs[text[at]!]
    if (other !== undefined) found.push(text.slice(0, at) + other + text.slice(at + 1))
  }
  return found.slice(0, 4)
}
