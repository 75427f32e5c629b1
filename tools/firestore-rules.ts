/** A match of all that is anywhere below. */
const anyDocument = /\{\w+=\*\*\}/
const allow = /\ballow\s+([\w,\s]+?)\s*(:\s*if\s+([^;]*))?;/g
const reads = ['read', 'get', 'list']

/**
 * What is wrong with the text of `firestore.rules`, as far as that can be said without Firestore, and so on a machine that has no
 * emulator: a write that is let in, a door that is open to anybody, a collection of the mirror that nobody could read.
 */
export function firestoreRulesProblems(text: string, collections: string[]): string[] {
  const rules = withoutComments(text)
  const problems: string[] = []
  const found = (what: string) => problems.push(`firestore.rules: ${what}`)
  if (!/^\s*rules_version\s*=\s*'2'\s*;/.test(rules)) found("it has to begin with rules_version = '2';")
  if (!balanced(rules)) found('its brackets do not match')
  if (anyDocument.test(rules))
    found('a match of every document ({name=**}) opens what nobody thought of: name collections')
  for (const [, methods = '', , condition = ''] of rules.matchAll(allow)) {
    const words = methods.split(',').map((word) => word.trim())
    for (const word of words.filter((word) => !reads.includes(word)))
      found(`"allow ${word}": no client writes; commands go to the API`)
    if (condition.trim() === '' || /^\(*\s*true\s*\)*$/.test(condition.trim()))
      found(`"allow ${words.join(', ')}" without a condition lets anybody in`)
    else if (!/request\.auth\b|\bmaySee\(/.test(condition))
      found(`"allow ${words.join(', ')}: if ${condition.trim()}" does not ask who it is`)
  }
  for (const name of collections)
    if (!new RegExp(`/${name}/\\{|'${name}'`).test(rules))
      found(`the collection ${name} is not in it: no screen could read it`)
  return problems
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '')
}

function balanced(text: string): boolean {
  const open: string[] = []
  const pairs: Record<string, string> = { '}': '{', ')': '(', ']': '[' }
  for (const character of text) {
    if ('{(['.includes(character)) open.push(character)
    else if (character in pairs && open.pop() !== pairs[character]) return false
  }
  return open.length === 0
}
