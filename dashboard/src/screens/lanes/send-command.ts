import { useMutation } from '@tanstack/react-query'
import type { CommandItem, CommandRequest } from '@turnpike/contracts/gate-command.ts'
import { useApi } from '../../api/api-context.tsx'
import { answerOf } from '../../api/client.ts'

/** A person who waits at a barrier does not wait longer; after that, what became of the command is to be seen on the lane. */
const timeoutMs = 10_000

/** Asks the API to command a gate. What the barrier did of it comes back as its live document, not as this answer. */
export function useSendCommand(gateId: string, onSent: (command: CommandItem) => void) {
  const api = useApi()
  return useMutation({
    mutationFn: ({ action, reason, holdUntil }: CommandRequest) =>
      answerOf(
        api.POST('/v1/gates/{gateId}/commands', {
          params: { path: { gateId } },
          body: { action, reason, ...(holdUntil && { holdUntil }) },
          signal: AbortSignal.timeout(timeoutMs),
        }),
      ),
    onSuccess: onSent,
  })
}
