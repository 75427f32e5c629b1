import { MultiSelect, NativeSelect, NumberInput, Textarea, TextInput } from '@mantine/core'
import type { SubscriptionItem } from '@turnpike/contracts/subscription.ts'
import { useState } from 'react'
import { zonedInstant } from '../../format/time.ts'
import { useMoneyWords } from '../../i18n/money-words.ts'
import { useSiteNames } from '../../live/live-context.tsx'
import { ActionDialog } from '../page/action-dialog.tsx'
import { useReason } from '../page/reason-field.tsx'
import { useZone } from '../page/use-zone.ts'
import { usePlans, useSubscriptionActions } from './use-subscriptions.ts'

/** A new subscription that operators look after themselves, or other vehicles and another pool of one that there is. */
export function SubscriptionDialog({
  subscription,
  onClose,
}: {
  subscription?: SubscriptionItem
  onClose: () => void
}) {
  const { subscriptions: words } = useMoneyWords()
  const plans = usePlans().data ?? []
  const { create, change } = useSubscriptionActions()
  const reason = useReason()
  const [holder, setHolder] = useState(subscription?.holder ?? '')
  const [picked, setPicked] = useState(subscription?.planId)
  const plan = plans.find(({ id }) => id === (picked ?? plans[0]?.id))
  const [atSites, setSites] = useState(subscription?.siteIds)
  const siteIds = atSites ?? plan?.siteIds ?? []
  const names = useSiteNames(plan?.siteIds ?? [])
  const known = subscription?.vehicles.map(({ plate }) => plate) ?? []
  const [plates, setPlates] = useState(known.filter((plate) => plate !== null).join('\n'))
  const [poolSize, setPoolSize] = useState(subscription?.poolSize ?? 1)
  const [from, setFrom] = useState('')
  const [missing, setMissing] = useState(false)
  const timeZone = useZone(siteIds[0] ?? null)
  const vehicles = plates
    .split(/[\n,;]+/)
    .map((plate) => plate.trim())
    .filter((plate) => plate !== '')
  const submit = () => {
    const isMissing = holder.trim() === '' || plan === undefined || siteIds.length === 0
    setMissing(isMissing)
    if (isMissing) return undefined
    const terms = { holder: holder.trim(), siteIds, plates: vehicles, poolSize }
    if (subscription === undefined) {
      const validFrom = from === '' ? {} : { validFrom: zonedInstant(from, timeZone) }
      return create({ ...terms, planId: plan.id, validUntil: null, ...validFrom })
    }
    const changeReason = reason.read()
    return changeReason === undefined ? undefined : change(subscription, { ...terms, changeReason })
  }
  return (
    <ActionDialog
      onClose={onClose}
      title={subscription === undefined ? words.create : words.actions.change}
      text={subscription === undefined ? words.createText : words.changeText}
      submit={subscription === undefined ? words.create : words.actions.change}
      onSubmit={submit}
    >
      <TextInput
        label={words.holder}
        value={holder}
        onChange={(event) => setHolder(event.currentTarget.value)}
        error={missing && holder.trim() === ''}
        maxLength={120}
        autoComplete="off"
        data-autofocus
      />
      {subscription === undefined && (
        <NativeSelect
          label={words.plan}
          value={plan?.id ?? ''}
          onChange={(event) => {
            setPicked(event.currentTarget.value)
            setSites(undefined)
          }}
          data={plans.map(({ id, name }) => ({ value: id, label: name }))}
        />
      )}
      <MultiSelect
        label={words.sites}
        value={siteIds}
        onChange={setSites}
        data={(plan?.siteIds ?? []).map((value, index) => ({ value, label: names[index]! }))}
        error={missing && siteIds.length === 0}
      />
      <Textarea
        label={words.vehicles}
        description={words.onePerLine}
        value={plates}
        onChange={(event) => setPlates(event.currentTarget.value)}
        autosize
        minRows={2}
        maxRows={8}
        spellCheck={false}
      />
      <NumberInput
        label={words.poolSize}
        description={words.poolText}
        value={poolSize}
        onChange={(value) => setPoolSize(Number(value))}
        min={1}
        max={10_000}
        allowDecimal={false}
      />
      {subscription === undefined ? (
        <TextInput
          type="datetime-local"
          label={words.validFrom}
          description={words.fromNow}
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
      ) : (
        reason.field
      )}
    </ActionDialog>
  )
}
