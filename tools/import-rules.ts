import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { runCommand } from './command.ts'

const repository = resolve(import.meta.dirname, '..')
const folders = ['contracts', 'providers', 'api', 'functions', 'dashboard', 'local', 'lane', 'bench', 'e2e', 'tools']

type Cruise = {
  modules: { source: string; dependencies: unknown[] }[]
  summary: { violations: { rule: { name: string }; from: string; to: string; cycle?: { name: string }[] }[] }
}

/** Who imports whom against `.dependency-cruiser.mjs`: one line per violation, `rule: from -> to`. */
export async function importRuleProblems(root: string): Promise<string[]> {
  const rules = join(repository, '.dependency-cruiser.mjs')
  const present = folders.filter((folder) => existsSync(join(root, folder)))
  const command = ['depcruise', '--config', rules, '--output-type', 'json', ...present] as const
  const { output } = await runCommand(repository, [...command], root)
  const { modules, summary } = parse(output)

  // With a TypeScript it does not know, dependency-cruiser sees no imports at all and is content.
  const read = modules.filter(({ source, dependencies }) => source.endsWith('.ts') && dependencies.length > 0)
  if (read.length === 0) return ['dependency-cruiser saw no import in any .ts file: is this TypeScript too new for it?']

  return summary.violations.map(({ rule, from, to, cycle }) =>
    [`${rule.name}: ${from}`, ...(cycle?.map(({ name }) => name) ?? [to])].join(' -> '),
  )
}

function parse(output: string): Cruise {
  try {
    return JSON.parse(output)
  } catch {
    throw new Error(`dependency-cruiser did not answer with JSON: ${output.slice(0, 2000)}`)
  }
}
