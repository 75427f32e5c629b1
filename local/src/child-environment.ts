const passedOn = [
  'PATH',
  'HOME',
  'USER',
  'LANG',
  'LC_ALL',
  'TZ',
  'TMPDIR',
  'JAVA_HOME',
  'NODE_EXTRA_CA_CERTS',
  'NO_COLOR',
]

/**
 * The environment of a child: what any program needs, plus `own`. Nothing else of the caller's, because a real provider's key, Google
 * credentials or NODE_ENV=production in somebody's shell must not reach a demo.
 */
export function childEnvironment(own: Record<string, string> = {}): NodeJS.ProcessEnv {
  const shared = passedOn.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))
  return { ...Object.fromEntries(shared), ...own }
}
