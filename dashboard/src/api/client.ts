import createClient, { type Client } from 'openapi-fetch'
import { words } from '../i18n/language.ts'
import { ApiError, toApiError } from './problem.ts'
import type { paths } from './schema.generated.ts'

export type Api = Client<paths>

/**
 * The API as its OpenAPI document describes it, called in the name of the signed-in person. A token that the API refuses is
 * renewed once; nothing is sent twice otherwise.
 */
export function createApi(options: { apiUrl: string; idToken: (refresh: boolean) => Promise<string> }): Api {
  const send = async (request: Request, refresh: boolean) => {
    request.headers.set('authorization', `Bearer ${await options.idToken(refresh)}`)
    return fetch(request)
  }
  return createClient<paths>({
    baseUrl: options.apiUrl,
    fetch: async (request) => {
      const again = request.clone()
      const answer = await send(request, false)
      return answer.status === 401 ? send(again, true) : answer
    },
  })
}

/**
 * The data of an answer.
 * @throws ApiError whose message is a sentence to show: what the API says, or that it could not be reached.
 */
export async function answerOf<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await call.catch((cause: unknown) => {
    throw unreachable(cause)
  })
  if (!response.ok) throw toApiError(response.status, error, words().failures)
  return data as T
}

function unreachable(cause: unknown): ApiError {
  const timedOut = cause instanceof DOMException && cause.name === 'TimeoutError'
  const { failures } = words()
  return new ApiError(0, timedOut ? failures.timedOut : failures.unreachable)
}
