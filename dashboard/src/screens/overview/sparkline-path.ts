/**
 * The outline of a series as an SVG path in a box of `width` × 1, from 0 at the bottom to `top`: steps, because a count holds until
 * it changes. Undefined for fewer than two values, which are no line.
 */
export function sparklinePath(values: number[], width: number, top: number): string | undefined {
  if (values.length < 2) return undefined
  const x = (index: number) => round((index / (values.length - 1)) * width)
  const y = (value: number) => round(1 - Math.min(1, top > 0 ? value / top : 0))
  return values.map((value, index) => (index === 0 ? `M0 ${y(value)}` : `H${x(index)}V${y(value)}`)).join('')
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}
