import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { providerList } from '@turnpike/contracts/provider-list.ts'

const list = 'contracts/src/provider-list.ts'
const code = /\.([cm]?[jt]sx?|json|ya?ml|sql|html|rules)$|(^|\/)Dockerfile$/
/** What stands in for providers, measures or tests with them, what is made or was done once, and names of exports, which must be written. */
const elsewhere =
  /^(local|bench|e2e)\/|^functions\/src\/index\.ts$|(^|\/)test\/|\.test\.tsx?$|\.generated\.ts$|\/migrations\/|(^|\/)package(-lock)?\.json$/
const comment = /^[ \t]*(\/\*|\*|\/\/|#|--).*/gm

/**
 * One more provider is a folder in `providers/src` and a line of the list: other code names none, and no provider names another. Comments
 * may, where they say why something is as it is.
 */
export async function providerNameProblems(
  root: string,
  files: string[],
  names = Object.keys(providerList),
): Promise<string[]> {
  const searched = files.filter((file) => code.test(file) && file !== list && !elsewhere.test(file))
  const problems = searched.map(async (file) => {
    const others = names.filter((name) => !file.startsWith(`providers/src/${name}/`))
    const lines = (await readFile(join(root, file), 'utf8')).replaceAll(comment, '').split('\n')
    return lines.flatMap((line, index) => {
      const name = others.find((other) => line.toLowerCase().includes(other))
      return name === undefined ? [] : [`${file}:${index + 1}: ${name}: its place is ${list} or its own folder`]
    })
  })
  const misnamed = names.filter((name) => !/^[a-z][a-z0-9]*$/.test(name))
  return [
    ...misnamed.map((name) => `${list}: ${name}: a name is of lower-case letters and digits`),
    ...(await Promise.all(problems)).flat(),
  ]
}
