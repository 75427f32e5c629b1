import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { DCLinter } from 'dclint'
import { parse } from 'yaml'

type Named = Record<string, unknown>
/** dclint's own types do not resolve. */
type Linted = { messages: { line: number; rule: string; message: string }[] }
type Service = {
  depends_on?: string[] | Record<string, { condition?: string }>
  healthcheck?: Named
  networks?: string[] | Named
  volumes?: (string | { type?: string; source?: string })[]
  image?: string
  user?: string
}
type Compose = { services?: Record<string, Service>; networks?: Named; volumes?: Named }

const rules = {
  'no-build-and-image': 0, // one image is built once and named, so that four services share it
  'no-duplicate-container-names': 2,
  'no-duplicate-exported-ports': 2,
  'no-quotes-in-volumes': 0,
  'no-unbound-port-interfaces': 2,
  'no-version-field': 2,
  'require-project-name-field': 2,
  'require-quotes-in-ports': 2,
  'service-container-name-regex': 2,
  'service-dependencies-alphabetical-order': 0,
  'service-image-require-explicit-tag': 2,
  'service-keys-order': 0,
  'service-ports-alphabetical-order': 0,
  'services-alphabetical-order': 0,
  'top-level-properties-order': 0,
} as const

/** The compose file against Compose's own schema, and what the schema cannot see: names that lead nowhere. */
export async function composeFileProblems(path: string): Promise<string[]> {
  const linter = new DCLinter({ rules, quiet: true, debug: false, exclude: [] })
  const linted = (linter.lintFiles([path], false) as Linted[]).flatMap(({ messages }) =>
    messages.map(({ line, rule, message }) => `line ${line}: ${message} (${rule})`),
  )
  const compose = parse(await readFile(path, 'utf8'), { merge: true }) as Compose
  return [...linted, ...danglingNames(compose)].map((problem) => `${basename(path)}: ${problem}`)
}

function danglingNames({ services = {}, networks = {}, volumes = {} }: Compose): string[] {
  return Object.entries(services).flatMap(([name, service]) => [
    ...dependencyProblems(name, service, services),
    ...namesOf(service.networks)
      .filter((network) => network !== 'default' && !(network in networks))
      .map((network) => `service ${name}: network ${network} is not declared`),
    ...volumeNames(service)
      .filter((volume) => !(volume in volumes))
      .map((volume) => `service ${name}: volume ${volume} is not declared`),
  ])
}

function dependencyProblems(name: string, { depends_on }: Service, services: Record<string, Service>): string[] {
  return namesOf(depends_on).flatMap((target) => {
    const found = services[target]
    if (found === undefined) return [`service ${name}: depends_on ${target}, which is no service`]
    const condition = Array.isArray(depends_on) ? undefined : depends_on?.[target]?.condition
    const neverHealthy = condition === 'service_healthy' && found.healthcheck === undefined && found.image !== undefined
    return neverHealthy ? [`service ${name}: waits for ${target} to be healthy, which has no health check`] : []
  })
}

function volumeNames({ volumes = [] }: Service): string[] {
  return volumes.flatMap((volume) => {
    if (typeof volume !== 'string') return volume.type === 'volume' && volume.source ? [volume.source] : []
    const [source = ''] = volume.split(':')
    return /^[\w-]+$/.test(source) && volume.includes(':') ? [source] : []
  })
}

const namesOf = (list: string[] | Named | undefined) => (Array.isArray(list) ? list : Object.keys(list ?? {}))
