import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'

/** Documents whose references must lead somewhere: the README, `docs/` and the READMEs of folders. */
export function isDocument(file: string): boolean {
  return /(^|\/)README\.md$/.test(file) || /^docs\/.*\.md$/.test(file)
}

/** Relative links, heading anchors, paths in code and npm scripts of every document, checked against the tree. */
export async function docReferenceProblems(root: string, files: string[]): Promise<string[]> {
  const places = new Set(files.flatMap(withParents))
  const problems = files.filter(isDocument).map(async (document) => {
    const text = await readFile(join(root, document), 'utf8')
    const found = [
      ...(await linkProblems(root, document, text, places)),
      ...pathProblems(document, text, places),
      ...(await scriptProblems(root, document, text)),
    ]
    return found.map((problem) => `${document}: ${problem}`)
  })
  return (await Promise.all(problems)).flat()
}

async function linkProblems(root: string, document: string, text: string, places: Set<string>): Promise<string[]> {
  const links = [...withoutCode(text).matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)].map(([, target]) => target!)
  const problems = links
    .filter((target) => !/^[a-z][a-z+.-]*:/i.test(target))
    .map(async (target) => {
      const [path = '', anchor] = decodeURIComponent(target).split('#')
      const file = path === '' ? document : resolveFrom(dirname(document), path)
      if (!places.has(file)) return [`link to ${target}, which does not exist`]
      if (anchor === undefined || !file.endsWith('.md')) return []
      const anchors = headingAnchors(await readFile(join(root, file), 'utf8'))
      return anchors.includes(anchor) ? [] : [`link to ${target}: ${file} has no such heading`]
    })
  return (await Promise.all(problems)).flat()
}

const pathLike = /^(?:\.{0,2}\/)?[\w.@-]+(?:\/[\w.@-]+)*\/?$/
const extension = /\.(ts|tsx|js|mjs|cjs|json|md|sql|ya?ml|html|css|sh|rules|conf|toml|svg|png|grit)$/
const madeAtRunTime = /^(\.local|node_modules|dist|coverage)\//

/** `a/path.ts` in code: looked up from the root and from the document's own folder. */
function pathProblems(document: string, text: string, places: Set<string>): string[] {
  const folder = dirname(document)
  return codeWords(text)
    .map((word) => word.replace(/:\d+(-\d+)?$/, '').replace(/^@turnpike\/([^/]+)\//, '$1/src/'))
    .filter((word) => word.includes('/') && pathLike.test(word) && !madeAtRunTime.test(word) && !/^[/@]/.test(word))
    .filter((word) => extension.test(word) || places.has(resolveFrom('.', word.split('/')[0]!)))
    .filter((word) => !places.has(resolveFrom('.', word)) && !places.has(resolveFrom(folder, word)))
    .map((word) => `names ${word}, which does not exist`)
}

async function scriptProblems(root: string, document: string, text: string): Promise<string[]> {
  const commands = text.matchAll(/\bnpm (?:(start|test)\b|run (?:(?:-w|--workspace)[ =](\S+) )?([\w:-]+))([^\n`]*)/g)
  const problems = [...commands].map(async ([, lifecycle, before, named, rest = '']) => {
    const script = lifecycle ?? named!
    const workspace = before ?? /(?:-w|--workspace)[ =](\S+)/.exec(rest)?.[1]
    const folders = workspace === undefined ? ['.', dirname(document)] : [workspace.replace('@turnpike/', '')]
    const known = (await Promise.all(folders.map((folder) => scriptsOf(join(root, folder))))).flat()
    return known.includes(script) ? [] : [`names the npm script "${script}", which does not exist`]
  })
  return (await Promise.all(problems)).flat()
}

async function scriptsOf(folder: string): Promise<string[]> {
  const file = join(folder, 'package.json')
  if (!existsSync(file)) return []
  const { scripts } = JSON.parse(await readFile(file, 'utf8')) as { scripts?: Record<string, string> }
  return Object.keys(scripts ?? {})
}

/** Every word of inline code and of code blocks. */
function codeWords(text: string): string[] {
  const blocks = [...text.matchAll(/^```[^\n]*\n([\s\S]*?)^```/gm)].map(([, block]) => block!)
  const inline = [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!)
  return [...blocks, ...inline].flatMap((code) => code.split(/[\s"'(),;=|]+/)).filter((word) => word !== '')
}

function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '')
}

/** GitHub's anchors: lower case, punctuation dropped, spaces to hyphens. */
function headingAnchors(markdown: string): string[] {
  return [...markdown.matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  )
}

function withParents(file: string): string[] {
  const parts = file.split('/')
  return parts.map((_, index) => parts.slice(0, index + 1).join('/')).concat('.')
}

const resolveFrom = (folder: string, path: string) => normalize(join(folder, path)).replace(/\/$/, '')
