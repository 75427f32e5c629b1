import { createParser, type EventSourceMessage } from 'eventsource-parser'

/** Follows server-sent events over real HTTP; `next` waits for the first unseen event that fits. */
export async function followEvents(url: string, token: string, more: Record<string, string> = {}) {
  const abort = new AbortController()
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}`, ...more }, signal: abort.signal })
  if (response.status !== 200) throw new Error(`the stream answered ${response.status}`)
  const events: EventSourceMessage[] = []
  let wake = Promise.withResolvers<void>()
  let ended = false
  const parser = createParser({
    onEvent(event) {
      events.push(event)
      wake.resolve()
    },
  })
  const finished = (async () => {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) parser.feed(chunk)
  })()
    .catch(() => {})
    .finally(() => {
      ended = true
      wake.resolve()
    })

  return {
    async next(fits: (event: EventSourceMessage) => boolean = () => true): Promise<EventSourceMessage> {
      for (;;) {
        const index = events.findIndex(fits)
        if (index >= 0) return events.splice(index, 1)[0]!
        if (ended) throw new Error('the stream ended before the event came')
        await wake.promise
        wake = Promise.withResolvers<void>()
      }
    },
    /** Events that came and were not asked for. */
    rest: () => events,
    finished,
    async close() {
      abort.abort()
      await finished
    },
  }
}
