import { setTimeout as sleep } from 'node:timers/promises'
import {
  type CommandResult,
  type GateStateReport,
  type ObservedState,
  type PassageReport,
  type StreamedCommand,
  streamedCommand,
} from '@turnpike/contracts/gate-command.ts'
import { EventSourceParserStream } from 'eventsource-parser/stream'

export type BarrierOptions = {
  /** Base URL of the API. */
  api: string
  gateId: string
  /** The gate controller's key. */
  key: string
  /** How long a vehicle takes to drive through after an `open`. */
  passMs?: number
  /** How long the arm takes to move. */
  moveMs?: number
  log?(line: string): void
}

export type Barrier = {
  gateId: string
  state(): ObservedState
  /** Every command it acted on, in order, each once. */
  acted(): StreamedCommand[]
  stop(): Promise<void>
}

/**
 * A barrier with its controller, as the API sees one: follows the gate's command stream, acts on every command id once, reports
 * results, what the barrier then is, and the vehicle that drives through. It keeps `holdUntil` by its own clock and reconnects,
 * resuming where it was, until stopped.
 */
export function startBarrier(options: BarrierOptions): Barrier {
  const { gateId, passMs = 1000, moveMs = 0, log = () => {} } = options
  const stopping = new AbortController()
  const acted = new Map<string, { command: StreamedCommand; result: Promise<CommandResult> }>()
  let state: ObservedState = 'closed'
  let held = false
  let passing = 0
  let release: NodeJS.Timeout | undefined
  let lastEventId = ''

  async function move(to: ObservedState): Promise<void> {
    await pause(moveMs)
    state = to
    await report('state', { state: to })
  }

  async function act(command: StreamedCommand): Promise<CommandResult> {
    log(`${command.action} (${command.reason})`)
    if (command.action !== 'open') clearTimeout(release)
    if (command.action === 'open') {
      await move('open')
      void letPass()
    } else if (command.action === 'hold_open') {
      held = true
      await move('open')
      endAt(command.holdUntil)
    } else {
      held = false
      await move('closed')
      if (command.action === 'block') endAt(command.holdUntil)
    }
    return { outcome: 'executed' }
  }

  /** A hold ends by the controller's own clock: the API may be out of reach by then. */
  function endAt(holdUntil: string | undefined): void {
    if (holdUntil === undefined) return
    const remaining = Math.max(0, Date.parse(holdUntil) - Date.now())
    release = setTimeout(
      () => {
        held = false
        log('hold ended')
        void move('closed')
      },
      Math.min(remaining, 2 ** 31 - 1),
    ) // longer than 24 days would overflow the timer
  }

  async function letPass(): Promise<void> {
    passing += 1
    await pause(passMs)
    passing -= 1
    if (stopping.signal.aborted) return
    log('a vehicle passed')
    await report('passages', { kind: 'passed', occurredAt: new Date().toISOString() })
    if (!held && passing === 0) await move('closed')
  }

  async function obey(command: StreamedCommand): Promise<void> {
    const before = acted.get(command.id)
    const entry = before ?? { command, result: act(command) }
    acted.set(command.id, entry)
    await report(`commands/${command.id}/result`, await entry.result)
  }

  async function listen(): Promise<void> {
    const answer = await fetch(`${options.api}/v1/gates/${gateId}/commands`, {
      headers: {
        ...authorization(),
        accept: 'text/event-stream',
        ...(lastEventId && { 'last-event-id': lastEventId }),
      },
      signal: stopping.signal,
    })
    if (!answer.ok || answer.body === null) throw new Error(`the API answered ${answer.status}`)
    log('listening')
    await report('state', { state })
    const events = answer.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream())
    for await (const event of events) {
      if (event.id) lastEventId = event.id
      if (event.event !== undefined) continue // commands are plain messages; a named event is something newer than we are
      const command = parseCommand(event.data)
      if (command === undefined) log(`not understood: ${event.data}`)
      else void obey(command)
    }
  }

  async function follow(): Promise<void> {
    let waitMs = 250
    while (!stopping.signal.aborted) {
      const connectedAt = Date.now()
      await listen().catch((error: Error) => {
        if (!stopping.signal.aborted) log(`connection lost: ${error.message}`)
      })
      waitMs = Date.now() - connectedAt > 10_000 ? 250 : Math.min(waitMs * 2, 5_000)
      await pause(waitMs)
    }
  }

  /** A report that the API never hears leaves a command `unknown`: try for as long as the answer can matter. */
  async function report(what: string, body: CommandResult | GateStateReport | PassageReport): Promise<void> {
    for (const waitMs of [200, 500, 1000, 2000, 4000, 0]) {
      const answer = await fetch(`${options.api}/v1/gates/${gateId}/${what}`, {
        method: 'POST',
        headers: { ...authorization(), 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.any([stopping.signal, AbortSignal.timeout(5000)]),
      }).catch((error: Error) => error)
      if (stopping.signal.aborted) return
      if (answer instanceof Response) {
        await answer.body?.cancel()
        if (answer.status < 500 && answer.status !== 429) {
          if (!answer.ok) log(`${what.replace(/\/.*\//, ' ')}: the API refused it with ${answer.status}`)
          return
        }
      }
      await pause(waitMs)
    }
    log(`${what.replace(/\/.*\//, ' ')}: could not be reported`)
  }

  const authorization = () => ({ authorization: `Bearer ${options.key}` })
  const pause = (ms: number) => sleep(ms, undefined, { signal: stopping.signal }).catch(() => {})
  const following = follow()

  return {
    gateId,
    state: () => state,
    acted: () => [...acted.values()].map(({ command }) => command),
    async stop() {
      stopping.abort()
      clearTimeout(release)
      await following
    },
  }
}

function parseCommand(data: string): StreamedCommand | undefined {
  try {
    return streamedCommand.safeParse(JSON.parse(data)).data
  } catch {
    return undefined
  }
}
