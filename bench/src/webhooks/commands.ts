import type { Lane } from './waiting-cars.ts'

/** The stream of a gate's commands, as its controller reads it. `next`: when the next `open` is there, by the clock of `performance`. */
export async function followCommands(api: string, { gateId, controllerKey }: Lane) {
  const abort = new AbortController()
  const response = await fetch(`${api}/v1/gates/${gateId}/commands`, {
    headers: { authorization: `Bearer ${controllerKey}` },
    signal: abort.signal,
  })
  if (response.status !== 200) throw new Error(`the command stream was answered ${response.status}`)
  const came: number[] = []
  let wake = () => {}
  void (async () => {
    let seen = ''
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      seen += chunk
      const events = seen.split('\n\n')
      seen = events.pop()!
      for (const event of events) if (event.includes('"action":"open"')) came.push(performance.now())
      wake()
    }
  })().catch(() => {})
  return {
    async next(): Promise<number> {
      while (came.length === 0)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      return came.shift()!
    },
    stop: () => abort.abort(),
  }
}
