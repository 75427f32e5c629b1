import type { CommandItem, CommandRequest } from '@turnpike/contracts/gate-command.ts'

export interface paths {
  '/v1/gates/{gateId}/commands': {
    post: {
      parameters: { path: { gateId: string } }
      requestBody: { content: { 'application/json': CommandRequest } }
      responses: { 201: { content: { 'application/json': CommandItem } } }
    }
  }
}
