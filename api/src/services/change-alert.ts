import type { AlertChange } from '@turnpike/contracts/alert.ts'
import { alertState } from '@turnpike/contracts/live-documents.ts'
import { toAlertItem } from '../domain/items.ts'
import { Refusal } from '../errors.ts'
import { updateAlert } from '../repositories/alerts.ts'
import { changing } from './edit.ts'
import { subjects } from './subjects.ts'

const order = alertState.options

/** Somebody looks after an alert, or has dealt with it. */
export const changeAlert = changing(
  subjects.alert,
  toAlertItem,
  'operator',
  'changed',
  async (tx, { id, state: before }, { state }: AlertChange, { now }) => {
    if (order.indexOf(state!) <= order.indexOf(before))
      throw new Refusal('conflict', `This alert is ${before} already.`)
    await updateAlert(tx, id, { state, resolvedAt: state === 'resolved' ? now : undefined })
    return [{ kind: 'alert', id }]
  },
)
