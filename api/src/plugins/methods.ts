import type { FastifyInstance } from 'fastify'

/** Keeps which methods each address takes, for whoever tries another. Knows the routes that are registered after it. */
export function rememberMethods(app: FastifyInstance): (url: string) => string[] {
  const addresses = new Map<string, { form: RegExp; methods: string[] }>()
  app.addHook('onRoute', ({ url, method }) => {
    // The answer to preflights is at every address.
    if (url === '*') return
    const address = addresses.get(url) ?? { form: formOf(url), methods: [] }
    address.methods.push(...[method].flat())
    addresses.set(url, address)
  })
  return (url) => {
    const path = url.replace(/[?#].*$/s, '')
    const found = [...addresses.values()].filter(({ form }) => form.test(path))
    return [...new Set(found.flatMap(({ methods }) => methods))].sort()
  }
}

function formOf(url: string): RegExp {
  const parts = url.split('/').map((part) => {
    if (part.startsWith(':')) return '[^/]+'
    return part === '*' ? '.*' : part.replaceAll('.', String.raw`\.`)
  })
  return new RegExp(`^${parts.join('/')}/?$`)
}
