import { readFile, rm, writeFile } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { providerName } from '@turnpike/contracts/payment-event.ts'
import { build, type Plugin } from 'esbuild'
import { functionName } from './src/function-name.ts'

/** What Google installs beside the bundle. All else, our workspaces included, is in it: one file starts faster than hundreds. */
const installed = ['firebase-functions', 'firebase-admin']

/** The platform finds a function by the name of an export, and such a name is never computed: so it is written here. */
const entry = `import { webhooks } from './src/webhooks.ts'
export const { ${providerName.options.map(functionName).join(', ')} } = webhooks`

/** `providers.ts` without its `await`: Firebase's emulator loads functions with `require`, which waits for nothing. */
const providersByName: Plugin = {
  name: 'providers-by-name',
  setup({ onLoad }) {
    const names = providerName.options
    const imports = names.map((name) => `import { entry as ${name} } from './${name}/settings.ts'`)
    const contents = [...imports, `export const providers = { ${names.join(', ')} }`].join('\n')
    onLoad({ filter: /providers[/\\]src[/\\]providers\.ts$/ }, () => ({ contents, loader: 'ts' }))
  },
}

/**
 * Writes what is deployed into `folder`: `index.js` and a `package.json` of its own.
 * @throws Error when the bundle would import something that is not installed beside it
 */
export async function buildFunctions(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  const { metafile } = await build({
    stdin: { contents: entry, resolveDir: import.meta.dirname },
    outfile: join(folder, 'index.js'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    charset: 'utf8',
    sourcemap: 'linked',
    external: installed.flatMap((name) => [name, `${name}/*`]),
    metafile: true,
    plugins: [providersByName],
    logLevel: 'error',
  })
  const foreign = Object.values(metafile.outputs)
    .flatMap(({ imports }) => imports)
    .filter(({ path, external }) => external === true && !isInstalled(path))
  if (foreign.length > 0) throw new Error(`the bundle needs ${foreign.map(({ path }) => path)}, which is not installed`)
  await writeFile(join(folder, 'package.json'), await packageJson())
}

function isInstalled(path: string): boolean {
  const name = path.startsWith('@') ? path.split('/', 2).join('/') : path.split('/')[0]!
  return path.startsWith('node:') || builtinModules.includes(path) || installed.includes(name)
}

async function packageJson(): Promise<string> {
  const own = JSON.parse(await readFile(join(import.meta.dirname, 'package.json'), 'utf8'))
  const dependencies = Object.fromEntries(installed.map((name) => [name, own.dependencies[name]]))
  const { version, engines } = own
  const deployed = {
    name: 'turnpike-functions',
    version,
    private: true,
    type: 'module',
    main: 'index.js',
    engines,
    dependencies,
  }
  return `${JSON.stringify(deployed, null, 2)}\n`
}

if (import.meta.main) await buildFunctions(join(import.meta.dirname, 'dist'))
