import { blacklistChange, blacklistItem, newBlacklistEntry } from '@turnpike/contracts/blacklist.ts'
import { plateSearch } from '@turnpike/contracts/plate.ts'
import {
  holderPart,
  newPlan,
  newSubscription,
  planChange,
  planItem,
  subscriptionChange,
  subscriptionItem,
} from '@turnpike/contracts/subscription.ts'
import { newTariff, tariffItem } from '@turnpike/contracts/tariff-revision.ts'
import { id, plateText, validityState } from '@turnpike/contracts/values.ts'
import type { FastifyInstance } from 'fastify'
import { blacklistPlate } from '../services/blacklist-plate.ts'
import { changeBlacklistEntry } from '../services/change-blacklist-entry.ts'
import { changePlan } from '../services/change-plan.ts'
import { changeSubscription } from '../services/change-subscription.ts'
import { createPlan } from '../services/create-plan.ts'
import { createSubscription } from '../services/create-subscription.ts'
import type { Deps } from '../services/deps.ts'
import { endBlacklistEntry } from '../services/end-blacklist-entry.ts'
import { endSubscription } from '../services/end-subscription.ts'
import {
  listBlacklistOf,
  listPlansOf,
  listSubscriptionsOf,
  listTariffsOf,
  searchSubscriptions,
} from '../services/list-entitlements.ts'
import { reviseTariff } from '../services/revise-tariff.ts'
import { showBlacklistEntry, showPlan, showSubscription, showTariff } from '../services/show-configured.ts'
import { ofSite, resource } from './resource.ts'

const inState = { ...ofSite, state: validityState.optional().describe('whether it has begun, runs or is over') }
const ofPlan = { planId: id.optional().describe('those to one plan') }

/** Who may park, who may not, and what it costs the others. */
export async function entitlements(app: FastifyInstance, deps: Deps) {
  const plans = resource(app, { path: '/v1/plans', one: 'Plan', many: 'Plans', item: planItem })
  plans.list('Plans offered at your sites', ofSite, (...asked) => listPlansOf(deps, ...asked))
  plans.show('One plan', (caller, id) => showPlan(deps, caller, id))
  plans.create('A new plan', newPlan, planItem, (caller, body) => createPlan(deps, caller, body))
  plans.change('New terms of a plan', planChange, (...change) => changePlan(deps, ...change))

  const subscriptions = resource(app, {
    path: '/v1/subscriptions',
    one: 'Subscription',
    many: 'Subscriptions',
    item: subscriptionItem,
  })
  subscriptions.list('Subscriptions for your sites', { ...inState, ...ofPlan }, (...asked) =>
    listSubscriptionsOf(deps, ...asked),
  )
  subscriptions.search(
    'Subscriptions with a vehicle, or of a holder by any part of the name',
    { ...inState, ...ofPlan, ...plateSearch, plate: plateText.optional(), holder: holderPart.optional() },
    (...asked) => searchSubscriptions(deps, ...asked),
  )
  subscriptions.show('One subscription', (caller, id) => showSubscription(deps, caller, id))
  subscriptions.create('A new subscription with its vehicles', newSubscription, subscriptionItem, (caller, body) =>
    createSubscription(deps, caller, body),
  )
  subscriptions.change('New terms of a subscription', subscriptionChange, (...change) =>
    changeSubscription(deps, ...change),
  )
  subscriptions.end('end', 'Ends a subscription now', (...end) => endSubscription(deps, ...end))

  const blacklist = resource(app, {
    path: '/v1/blacklist',
    one: 'BlacklistEntry',
    many: 'Blacklist',
    item: blacklistItem,
  })
  blacklist.list('Blacklist entries that count at your sites', inState, (...asked) => listBlacklistOf(deps, ...asked))
  blacklist.search(
    'Blacklist entries of a plate, of plates that it is a part of, or of its look-alikes',
    { ...inState, ...plateSearch },
    (caller, { plate, match, ...filter }, page) => listBlacklistOf(deps, caller, filter, page, { plate, match }),
  )
  blacklist.show('One blacklist entry', (caller, id) => showBlacklistEntry(deps, caller, id))
  blacklist.create('Refuses entry to a vehicle', newBlacklistEntry, blacklistItem, (caller, body) =>
    blacklistPlate(deps, caller, body),
  )
  blacklist.change('Another reason or end of an entry', blacklistChange, (...change) =>
    changeBlacklistEntry(deps, ...change),
  )
  blacklist.end('end', 'Ends an entry now', (...end) => endBlacklistEntry(deps, ...end))

  const tariffs = resource(app, { path: '/v1/tariffs', one: 'Tariff', many: 'Tariffs', item: tariffItem })
  tariffs.list('Revisions of the prices of your sites', ofSite, (...asked) => listTariffsOf(deps, ...asked))
  tariffs.show('One revision', (caller, id) => showTariff(deps, caller, id))
  tariffs.create('The next revision of a site’s prices', newTariff, tariffItem, (caller, body) =>
    reviseTariff(deps, caller, body),
  )
}
