import {
  invitedOperator,
  newOperator,
  operatorChange,
  operatorItem,
  operatorState,
} from '@turnpike/contracts/operator.ts'
import { id } from '@turnpike/contracts/values.ts'
import type { FastifyInstance } from 'fastify'
import { changeOperator } from '../services/change-operator.ts'
import type { Deps } from '../services/deps.ts'
import { inviteOperator } from '../services/invite-operator.ts'
import { listOperatorsFor } from '../services/list-operators.ts'
import { showOperator } from '../services/show-configured.ts'
import { resource } from './resource.ts'

const operatorFilter = {
  siteId: id.optional().describe('those of one site, admins among them'),
  state: operatorState.optional().describe('whether they may sign in, and ever did'),
}

/** Who may do what. */
export async function operators(app: FastifyInstance, deps: Deps) {
  const routes = resource(app, { path: '/v1/operators', one: 'Operator', many: 'Operators', item: operatorItem })
  routes.list('Operators', operatorFilter, (...asked) => listOperatorsFor(deps, ...asked))
  routes.show('One operator', (caller, id) => showOperator(deps, caller, id))
  routes.create('Invites somebody by e-mail', newOperator, invitedOperator, (caller, body) =>
    inviteOperator(deps, caller, body),
  )
  routes.change('New rights of an operator, from his next request on', operatorChange, (...change) =>
    changeOperator(deps, ...change),
  )
  routes.end('disable', 'Disables an operator and his account', (caller, id, saw, reason) =>
    changeOperator(deps, caller, id, saw, { disabled: true, changeReason: reason }),
  )
}
