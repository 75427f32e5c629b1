import type { Page } from '@turnpike/contracts/page.ts'
import type { CarPark } from './car-park.ts'

type Body = Record<string, unknown>
type Item = Body & { id: string }

/** What an operator's screens send. `change` and `end` say which version was seen; undefined sends no If-Match. */
export function clientOf(park: CarPark, token: string) {
  const send = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, body?: Body, version?: number | string) =>
    park.app.inject({
      method,
      url,
      headers: {
        authorization: `Bearer ${token}`,
        ...(version === undefined ? {} : { 'if-match': typeof version === 'number' ? `"${version}"` : version }),
      },
      ...(body === undefined ? {} : { payload: body }),
    })
  /** The body of an answer that must be this one. */
  const expect = async (status: number, response: ReturnType<typeof send>) => {
    const { statusCode, body } = await response
    if (statusCode !== status) throw new Error(`expected ${status}, got ${statusCode}: ${body}`)
    return JSON.parse(body)
  }
  return {
    get: (url: string) => send('GET', url),
    post: (url: string, body?: Body) => send('POST', url, body),
    change: (url: string, version: number | string | undefined, body: Body) => send('PATCH', url, body, version),
    end: (url: string, version: number | string | undefined, body?: Body) => send('DELETE', url, body, version),
    expect,
    /** Every item of a list, page by page; `between` happens after each page. `url` has a query. */
    async all<T = Item>(url: string, between: () => Promise<unknown> = async () => {}): Promise<T[]> {
      const items: T[] = []
      let cursor: string | null = ''
      while (cursor !== null) {
        const page: Page<T> = await expect(200, send('GET', `${url}${cursor && `&cursor=${cursor}`}`))
        items.push(...page.items)
        cursor = page.nextCursor
        await between()
      }
      return items
    },
  }
}

export type Client = ReturnType<typeof clientOf>
