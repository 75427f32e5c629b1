/** The header that a change needs: the version of what was seen. The API answers 412 once somebody else was faster. */
export function ifMatch({ version }: { version: number }): { 'if-match': string } {
  return { 'if-match': `"${version}"` }
}
