import { toSubscriptionItem } from '../domain/items.ts'
import { updateSubscription } from '../repositories/subscriptions.ts'
import { subjects } from './subjects.ts'
import { endingNow } from './terms.ts'

/** Ends a subscription now. It covers running stays to this instant; then the tariff runs. */
export const endSubscription = endingNow(subjects.subscription, toSubscriptionItem, 'manager', updateSubscription)
