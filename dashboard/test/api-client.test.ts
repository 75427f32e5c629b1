import { afterEach, beforeEach, expect, test } from 'vitest'
import { answerOf, createApi } from '../src/api/client.ts'
import { failureOf } from '../src/api/problem.ts'
import { LiveServer, refusal } from './live-server.ts'

let server: LiveServer
let refreshes: boolean[]
beforeEach(async () => {
  server = await new LiveServer().start()
  refreshes = []
})
afterEach(() => server.stop())

const gateId = '00000000-0000-4000-8000-0000000000a1'
const body = { action: 'open', reason: 'Guest announced' } as const

function open(signal?: AbortSignal) {
  const idToken = async (refresh: boolean) => {
    refreshes.push(refresh)
    return refresh ? 'new' : 'old'
  }
  const api = createApi({ apiUrl: server.url, idToken })
  const params = { path: { gateId } }
  return answerOf(api.POST('/v1/gates/{gateId}/commands', { params, body, ...(signal && { signal }) }))
}

test('a command that an expired token stopped is sent again with a new one, body and all', async () => {
  const bodies: string[] = []
  server.willAnswer(async (response, request) => {
    bodies.push(Buffer.concat(await request.toArray()).toString())
    if (request.headers.authorization === 'Bearer old') return refusal(401, 'expired')(response, request)
    response.writeHead(201, { 'content-type': 'application/json' })
    response.end('{"id":"c1"}')
  })
  expect(await open()).toEqual({ id: 'c1' })
  expect(bodies).toEqual([JSON.stringify(body), JSON.stringify(body)])
})

test('a command is never sent twice for any other failure, and the sentence of the API is the message', async () => {
  server.willAnswer(refusal(503, 'The database does not answer.'))
  await expect(open()).rejects.toMatchObject({ status: 503, message: 'The database does not answer.' })
  expect(server.requests).toHaveLength(1)
})

test("a proxy's HTML page is not shown to the operator", async () => {
  server.willAnswer((response) => {
    response.writeHead(502, { 'content-type': 'text/html' })
    response.end('<h1>Bad Gateway</h1>')
  })
  await expect(open()).rejects.toThrow('The server cannot answer right now (502): try again in a moment.')
})

test('no answer in time is told apart from no connection: the command may have been carried out', async () => {
  server.willAnswer(() => {})
  await expect(open(AbortSignal.timeout(50))).rejects.toThrow('Whether the request took effect is not known')
  server.willAnswer((response) => response.destroy())
  await expect(open()).rejects.toThrow('cannot be reached')
})

test('a refusal, a failure on the way and no answer are told apart: only after the first is it sure that nothing was done', async () => {
  const failure = () =>
    open().then(
      () => 'done',
      (error: Error) => failureOf(error),
    )
  server.willAnswer(refusal(409, 'Nobody takes his own rights away.'))
  expect(await failure()).toBe('notDone')
  server.willAnswer(refusal(503, 'The new rights are stored, but open sessions could not be ended.'))
  expect(await failure()).toBe('notFinished')
  server.willAnswer((response) => response.destroy())
  expect(await failure()).toBe('noAnswer')
})
