/** A table in Markdown, which reads well as it is. Columns are those of all rows, in the order in which they first come. */
export function textTable(rows: Record<string, string | number | undefined>[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const cells = [columns, ...rows.map((row) => columns.map((column) => String(row[column] ?? '')))]
  const widths = columns.map((_, i) => Math.max(...cells.map((line) => line[i]!.length)))
  const numbers = columns.map((column) => rows.every((row) => /^[\d.,–~+ -]*$/.test(String(row[column] ?? ''))))
  const lines = cells.map((line) => {
    const padded = line.map((cell, i) => (numbers[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
    return `| ${padded.join(' | ')} |`
  })
  const rule = `|${widths.map((width, i) => (numbers[i] ? `${'-'.repeat(width + 1)}:` : '-'.repeat(width + 2))).join('|')}|`
  return [lines[0], rule, ...lines.slice(1)].join('\n')
}
