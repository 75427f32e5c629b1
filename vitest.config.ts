import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'

type Options = TestProjectInlineConfiguration['test']

/** One project per kind of test, so that `vitest --project unit` starts nothing it does not need. */
const project = (name: string, include: string[], options: Options = {}): TestProjectInlineConfiguration => ({
  extends: true,
  test: { name, include, ...options },
})

const pure = [
  'contracts/**/*.test.ts',
  'api/test/{domain,cameras}/**/*.test.ts',
  'api/src/{domain,cameras}/**/*.test.ts',
]
const rules = ['e2e/**/*rules*.test.ts', 'e2e/rules/**/*.test.ts']

export default defineConfig({
  test: {
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Left to itself, vitest keeps one processor free: on two that is half of them.
    maxWorkers: '100%',
    projects: [
      project('unit', pure),
      project('api', ['api/**/*.test.ts'], {
        exclude: [...pure, '**/node_modules/**'],
        globalSetup: 'api/test/global-setup.ts',
      }),
      project('providers', ['providers/**/*.test.ts']),
      project('functions', ['functions/**/*.test.ts']),
      project('dashboard', ['dashboard/**/*.test.{ts,tsx}']),
      project('tools', ['tools/**/*.test.ts']),
      project('local', ['local/**/*.test.ts']),
      project('bench', ['bench/**/*.test.ts'], { testTimeout: 180_000, hookTimeout: 180_000 }),
      // The mirror's way from Postgres to Firestore needs both ends; one emulator serves all of these, one file at a time.
      project('rules', rules, {
        globalSetup: ['e2e/rules-setup.ts', 'api/test/global-setup.ts'],
        fileParallelism: false,
        sequence: { groupOrder: 1 },
      }),
      // Whole stacks and a browser wait more than they work, but not for what works all the time.
      project('e2e', ['e2e/**/*.test.ts'], {
        exclude: [...rules, '**/node_modules/**'],
        testTimeout: 120_000,
        hookTimeout: 180_000,
        sequence: { groupOrder: 2 },
      }),
    ],
  },
})
