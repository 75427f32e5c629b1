import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDocument } from './doc-references.ts'

/** A document names a test as `folder/file.test.ts` "what it is called"; further ones of that file follow after a semicolon. */
const inDocument = /`([\w./-]+\.test\.tsx?)`((?:[\s;,]*"[^"\n]+")+)/g

/** Tests that documents name and that are not there: a promise that nothing keeps. */
export async function namedTestProblems(root: string, files: string[]): Promise<string[]> {
  const known = new Set(files)
  const problems: string[] = []
  for (const document of files.filter(isDocument)) {
    const text = await readFile(join(root, document), 'utf8')
    for (const [, file, names] of text.matchAll(inDocument)) {
      // That the file exists is another check's business.
      if (!known.has(file!)) continue
      const source = await readFile(join(root, file!), 'utf8')
      for (const [, name] of names!.matchAll(/"([^"]+)"/g))
        if (!isCalled(source, name!)) problems.push(`${document}: ${file} has no test called "${name}"`)
    }
  }
  return problems
}

function isCalled(source: string, name: string): boolean {
  return ["'", '"', '`'].some((quote) => source.includes(quote + name + quote))
}
