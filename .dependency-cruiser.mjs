import manifest from './providers/package.json' with { type: 'json' }

/*
 * Who may import whom. A folder's line lists all it may import of ours and of npm; the rest is forbidden. A second list holds
 * what it may name in `import type` only: it knows the shape, and the process files hand it the thing.
 * `tools/test/import-rules.test.ts` plants a violation of each rule and sees it found.
 */

const npm = (...names) => names.map((name) => `(^|/)node_modules/${name}/`)
const anyPackageBut = (...names) => `(^|/)node_modules/(?!(${names.join('|')})/)`
const node = '^(node:)?[a-z_/]+$'
const tests = '(^|/)test/|[.]test[.]tsx?$'
const production = '^(contracts|providers|api|functions|dashboard)/src/'

const contracts = '^contracts/src/'
const providers = '^providers/src/'
/** Imported by the names in the list of providers, which no tool can follow. */
const providerEntries = '^providers/src/[^/]+/settings[.]ts$'
/** What a provider is answered is one table, for the functions and for the core. */
const webhookAnswers = '^providers/src/(webhook-answer|errors)[.]ts$'
const functions = '^functions/src/'
const dashboard = '^dashboard/src/'
const processes =
  '^api/src/(main|relay|worker|migrate|healthcheck|replay|mirror-diff|mirror-rebuild|reconcile|operator-first)[.]ts$'
const app = '^api/src/app[.]ts$'
const config = '^api/src/config[.]ts$'
const errors = '^api/src/errors[.]ts$'
const repeat = '^api/src/repeat[.]ts$'
const newId = '^api/src/new-id[.]ts$'
const domain = '^api/src/domain/'
const db = '^api/src/db/'
const repositories = '^api/src/repositories/'
const services = '^api/src/services/'
/** Not use cases: what they are given, who may ask for what, what many of them do alike, and the cases of a large one. */
const shared =
  '^api/src/services/((deps|access|edit|subjects|terms|rights|searched-vehicles|report-range|compose-decision|compose-answer|decide-again|record-read|undo|end-stay|at-most|few-at-once|payment-effect|bill-stays|put-stay-right|missed-stay|plan-price|shown-quote|ask-provider|apply-[a-z-]+)[.]ts$|fallback/)'
const cameras = '^api/src/cameras/'
const edge = '^api/src/(routes|plugins)/'
const mirror = '^api/src/mirror/'

const sql = ['drizzle-orm', 'pg']
const providerSdks = Object.keys(manifest.dependencies).filter((name) => !/^zod$|^@turnpike/.test(name))
const firestore = ['firebase-admin/lib/(esm/)?firestore', '@google-cloud/firestore']
const firestoreFile = npm(...firestore)

function mayImport(name, why, from, allowed, typesOnly = []) {
  const rule = { name, comment: why, severity: 'error', from: { path: from, pathNot: tests } }
  const atRunTime = { path: typesOnly, pathNot: allowed, dependencyTypesNot: ['type-only'] }
  return [
    { ...rule, to: { pathNot: [...allowed, ...typesOnly] } },
    ...(typesOnly.length > 0 ? [{ ...rule, name: `${name}-types-only`, to: atRunTime }] : []),
  ]
}

function onlyImportedBy(name, why, importers, to, how = {}) {
  return { name, comment: why, severity: 'error', from: { pathNot: [...importers, tests] }, to: { path: to, ...how } }
}

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Files that need each other are one thing: join them, or move what both need.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment: 'An import that leads nowhere escapes every other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'reached',
      comment: 'What no process reaches is dead, however well it is tested.',
      severity: 'error',
      from: { path: [processes, functions, dashboard, providerEntries, '^local/src/'] },
      to: {
        path: '^(contracts|providers|api)/src/',
        pathNot: [tests, processes, providerEntries, '^api/src/db/dump-schema[.]ts$'],
        reachable: false,
      },
    },
    {
      name: 'tests-stay-outside',
      comment: 'Nothing that ships needs a test file.',
      severity: 'error',
      from: { path: production, pathNot: tests },
      to: { path: tests, pathNot: npm('.*') },
    },

    ...mayImport('contracts', 'contracts are zod schemas and nothing else: no I/O.', contracts, [
      contracts,
      ...npm('zod'),
    ]),
    ...mayImport('providers', 'A provider knows the contracts and its own SDK.', providers, [
      providers,
      contracts,
      node,
      ...npm('zod', ...providerSdks),
    ]),
    {
      name: 'providers-are-strangers',
      comment: 'One folder per provider; what they share lies beside the folders.',
      severity: 'error',
      from: { path: '^providers/src/([^/]+)/', pathNot: tests },
      to: { path: '^providers/src/[^/]+/', pathNot: '^providers/src/$1/' },
    },
    ...mayImport('functions', 'Functions verify, normalise and forward: they never reach into the core.', functions, [
      functions,
      contracts,
      providers,
      node,
      anyPackageBut(...sql, ...firestore),
    ]),
    ...mayImport('dashboard', 'The dashboard knows the core by its contracts only.', dashboard, [
      dashboard,
      contracts,
      anyPackageBut(...sql, 'firebase-admin', 'fastify', ...providerSdks),
    ]),

    ...mayImport(
      'domain',
      'The domain is pure: it decides from what it is given. A hash is arithmetic, and so is a clock.',
      domain,
      [
        domain,
        contracts,
        '^(node:)?crypto$',
        // Time zones; what time it is stays a parameter.
        ...npm('temporal-polyfill'),
      ],
    ),
    ...mayImport(
      'db',
      'db is the schema and the way to it. Of the contracts it knows types.',
      db,
      [db, node, ...npm(...sql)],
      [contracts],
    ),
    ...mayImport(
      'repositories',
      'Repositories read and write rows; they decide nothing.',
      repositories,
      [repositories, db, contracts, errors, node, ...npm(...sql, 'uuid')],
      [domain],
    ),
    ...mayImport(
      'services',
      'A use case needs no other use case, no HTTP and no vendor: those reach it as deps.',
      services,
      [repositories, domain, contracts, errors, shared, '^(node:)?crypto$', ...npm('uuid')],
      [services, db, mirror, providers],
    ),
    ...mayImport('cameras', 'An adapter turns one vendor format into a read.', cameras, [
      cameras,
      contracts,
      errors,
      '^(node:)?crypto$',
      ...npm('zod', 'fast-xml-parser', 'temporal-polyfill'),
    ]),
    ...mayImport(
      'edge',
      'Routes and plugins translate HTTP: the data is behind the services.',
      edge,
      [
        edge,
        services,
        cameras,
        contracts,
        errors,
        webhookAnswers,
        node,
        anyPackageBut(...sql, ...firestore, ...providerSdks),
      ],
      [providers],
    ),
    ...mayImport(
      'mirror',
      'The mirror copies state that repositories read.',
      mirror,
      [
        mirror,
        repositories,
        domain,
        contracts,
        errors,
        node,
        ...npm('firebase-admin', '@google-cloud/firestore', 'pino'),
      ],
      [db],
    ),
    ...mayImport(
      'app',
      'buildApp puts HTTP together from deps; process files make the deps.',
      app,
      [edge, services, contracts, errors, repeat, newId, node, anyPackageBut(...sql, ...firestore, ...providerSdks)],
      ['^api/src/', providers],
    ),
    ...mayImport(
      'config',
      'Configuration depends on nothing it configures but for what providers say that they must be told.',
      config,
      [contracts, providers, node, ...npm('zod')],
    ),

    onlyImportedBy(
      'firestore',
      'The mirror alone writes to Firestore; its tests look at it.',
      [mirror, '^e2e/', npm('.*')[0]],
      firestoreFile,
    ),
    onlyImportedBy(
      'config-reaches-processes',
      'Configuration is read by the process and handed on.',
      [processes],
      config,
      {
        dependencyTypesNot: ['type-only'],
      },
    ),
    onlyImportedBy('processes-are-ends', 'A process is started, never imported.', [], processes),
    onlyImportedBy('core-is-private', 'The core is reached over HTTP.', ['^(api|local|tools|bench)/'], '^api/'),
    onlyImportedBy('local-stays-local', 'Stand-ins never ship.', ['^(local|e2e|tools|bench)/'], '^local/'),
    onlyImportedBy('bench-is-an-end', 'What measures is measured by nobody.', ['^bench/'], '^bench/'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|coverage|[.]local)/' },
    tsPreCompilationDeps: true,
    moduleSystems: ['es6', 'cjs'],
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
}
