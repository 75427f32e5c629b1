import { ApiError, readProblem } from '../src/api/problem.ts'
import { words } from './language.ts'

export type Call = {
  body?: unknown
  token?: string
  /** Whether asking twice is asking once: only then is it asked again without the driver. */
  repeatable: boolean
}

/** Long enough for a weak signal in a garage, short enough that a person is told what is going on. */
const timeoutMs = 12_000
const pausesMs = [500, 1500, 4000]

/**
 * Asks the API. While the phone is offline it waits for the connection; what fails on the way, or at a server that is being
 * restarted, is asked again a few times. Every error thrown is a sentence that says what to do.
 */
export async function ask<T>(url: string, call: Call): Promise<T> {
  for (let tries = 0; ; tries++) {
    await online()
    const response = await once(url, call).catch(() => undefined)
    if (response?.ok) return response.status === 204 ? (undefined as T) : response.json()
    const passing =
      response === undefined || response.status === 502 || response.status === 503 || response.status === 504
    const pauseMs = call.repeatable && passing ? pausesMs[tries] : undefined
    if (pauseMs === undefined)
      throw response === undefined ? new ApiError(0, words().noConnection) : await refusal(response)
    await new Promise((over) => setTimeout(over, pauseMs))
  }
}

function once(url: string, { body, token }: Call): Promise<Response> {
  return fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: body === undefined ? null : JSON.stringify(body),
    cache: 'no-store',
    signal: AbortSignal.timeout(timeoutMs),
  })
}

/** What the API refused, in the driver's language. */
async function refusal(response: Response): Promise<ApiError> {
  if (response.status === 429) return new ApiError(429, words().tooMany)
  if (response.status >= 500) return new ApiError(response.status, words().serverDown)
  const { status, code, message } = await readProblem(response)
  return new ApiError(status, words().refused(code, message))
}

/** Resolves at once, or when the phone says that it is online again; a band at the top says what it waits for. */
function online(): Promise<void> {
  if (navigator.onLine) return Promise.resolve()
  const band = document.getElementById('offline')!
  band.textContent = words().offline
  return new Promise((resolve) => {
    addEventListener(
      'online',
      () => {
        band.textContent = ''
        resolve()
      },
      { once: true },
    )
  })
}
