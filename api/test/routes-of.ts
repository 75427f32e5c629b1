import type { FastifyInstance } from 'fastify'

/** Every `METHOD /address` that the app answers, out of its own router. */
export function routesOf(app: FastifyInstance): string[] {
  const routes: string[] = []
  const path: string[] = []
  for (const line of app.printRoutes({ commonPrefix: false }).split('\n')) {
    const found = /^((?:[│ ] {3})*)[├└]── (.*?)(?: \(([A-Z, ]+)\))?$/u.exec(line)
    if (found === null) continue
    const depth = found[1]!.length / 4
    path.length = depth
    path[depth] = found[2]!.split('|')[0]!
    for (const method of found[3]?.split(', ') ?? [])
      if (method !== 'HEAD' && method !== 'OPTIONS') routes.push(`${method} ${path.join('')}`)
  }
  return routes.sort()
}
