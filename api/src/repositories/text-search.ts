/** A pattern for `like` that finds a text anywhere: what is special in patterns stands for itself. */
export function anywhere(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`
}
