import { join } from 'node:path'
import { expect, test } from 'vitest'
import { composeFileProblems } from '../compose-file.ts'
import { makeTree } from './tree.ts'

const healthy = `name: small
services:
  postgres:
    image: postgres:18.4
    volumes:
      - data:/var/lib/postgresql
    networks: [inside]
    healthcheck:
      test: [CMD, pg_isready]
  api:
    image: api:1
    depends_on:
      postgres:
        condition: service_healthy
    ports:
      - '127.0.0.1:8080:8080'
networks:
  inside: {}
volumes:
  data: {}
`

async function problemsOf(text: string): Promise<string> {
  const root = await makeTree({ 'docker-compose.yml': text })
  return (await composeFileProblems(join(root, 'docker-compose.yml'))).join('\n')
}

test('a sound file has no problems', async () => {
  expect(await problemsOf(healthy)).toBe('')
})

test.each([
  [
    'depends_on a service that is not there',
    ['      postgres:\n', '      database:\n'],
    'depends_on database, which is no service',
  ],
  [
    'a wait for the health of a service without health check',
    ['healthcheck:', 'x-healthcheck:'],
    'has no health check',
  ],
  ['a volume that is not declared', ['- data:', '- date:'], 'volume date is not declared'],
  ['a network that is not declared', ['[inside]', '[outside]'], 'network outside is not declared'],
  ['a key that Compose does not know', ['healthcheck:', 'health_check:'], 'invalid-schema'],
  ['a condition that Compose does not know', ['service_healthy', 'service_ready'], 'invalid-schema'],
  ['an image without a version', ['postgres:18.4', 'postgres'], 'service-image-require-explicit-tag'],
  ['a port open to every interface', ['127.0.0.1:8080:8080', '8080:8080'], 'no-unbound-port-interfaces'],
] as const)('%s is reported', async (_, [sound, broken], problem) => {
  expect(healthy).toContain(sound)
  expect(await problemsOf(healthy.replace(sound, broken))).toContain(problem)
})
