import {
  toAlertItem,
  toBlacklistItem,
  toCameraItem,
  toGateItem,
  toOperatorItem,
  toPlanItem,
  toSiteItem,
  toSubscriptionItem,
  toTariffItem,
  type View,
} from '../domain/items.ts'
import { type Caller, viewOf } from './access.ts'
import type { Deps } from './deps.ts'
import { type Subject, show } from './edit.ts'
import { subjects } from './subjects.ts'

/* One of each thing that operators configure or take care of. */

export const showSite = shown(subjects.site, toSiteItem)
export const showGate = shown(subjects.gate, toGateItem)
export const showCamera = shown(subjects.camera, toCameraItem)
export const showPlan = shown(subjects.plan, toPlanItem)
export const showSubscription = shown(subjects.subscription, toSubscriptionItem)
export const showBlacklistEntry = shown(subjects.blacklistEntry, toBlacklistItem)
export const showAlert = shown(subjects.alert, toAlertItem)
export const showTariff = shown(subjects.tariff, toTariffItem)
export const showOperator = shown(subjects.operator, toOperatorItem)

function shown<Row extends { id: string; version: number }, Item>(
  subject: Subject<Row>,
  toItem: (row: Row, view: View) => Item,
) {
  return async (deps: Deps, caller: Caller, id: string): Promise<Item> =>
    toItem(await show(deps, caller, subject, id), viewOf(caller.operator, deps.now()))
}
