type Lock = { packages: Record<string, { resolved?: string; link?: boolean; integrity?: string }> }

/** `package-lock.json` must install from any registry, so it names none; and every package must carry its checksum. */
export function lockFileProblems(text: string): string[] {
  const { packages } = JSON.parse(text) as Lock
  return Object.entries(packages).flatMap(([path, { resolved, link, integrity }]) => {
    if (link || !path.includes('node_modules/')) return []
    if (resolved !== undefined) return [`${path}: resolved from ${resolved}. Set omit-lockfile-registry-resolved=true`]
    return integrity === undefined ? [`${path}: no integrity`] : []
  })
}
