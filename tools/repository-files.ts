import { readdir } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

const made = new Set(['node_modules', '.git', '.local', 'dist', 'coverage'])

/** All files below `root` that people write, relative and with forward slashes. Works without git. */
export async function listRepositoryFiles(root: string, folder = root): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const found = entries
    .filter(({ name }) => !made.has(name))
    .map((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? listRepositoryFiles(root, path) : [relative(root, path).split(sep).join('/')]
    })
  return (await Promise.all(found)).flat()
}
