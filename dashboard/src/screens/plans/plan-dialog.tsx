import { Group, MultiSelect, NativeSelect, NumberInput, TextInput } from '@mantine/core'
import { poolExhaustedPolicy } from '@turnpike/contracts/site.ts'
import { billingPeriod, type PlanItem, type PlanPrice } from '@turnpike/contracts/subscription.ts'
import { useState } from 'react'
import { readAmount } from '../../format/amount.ts'
import { useFormats } from '../../i18n/format.ts'
import { useMoneyWords } from '../../i18n/money-words.ts'
import { useSite, useSiteNames } from '../../live/live-context.tsx'
import { ActionDialog } from '../page/action-dialog.tsx'
import { useReason } from '../page/reason-field.tsx'
import { useChosenSites } from '../shell/chosen-sites.ts'
import { usePlanActions } from './use-plan-actions.ts'

const units = billingPeriod.shape.unit.options

/** A new plan, or new terms of one. What holders pay already is the provider's to change: new prices are for new subscriptions. */
export function PlanDialog({ plan, onClose }: { plan?: PlanItem; onClose: () => void }) {
  const { plans: words, subscriptions } = useMoneyWords()
  const { all, chosen } = useChosenSites()
  const names = useSiteNames(all)
  const { create, change } = usePlanActions()
  const reason = useReason()
  const format = useFormats()
  const [name, setName] = useState(plan?.name ?? '')
  const [siteIds, setSites] = useState(plan?.siteIds ?? [chosen ?? all[0]].filter((id) => id !== undefined))
  const [policy, setPolicy] = useState(plan?.poolExhaustedPolicy ?? 'overflow_to_paying')
  const [exempt, setExempt] = useState(plan?.exemptFromCapacity ?? false)
  const [offered, setOffered] = useState(plan?.offeredPublicly ?? false)
  const [graceDays, setGraceDays] = useState(plan?.graceDays ?? 7)
  const site = useSite(siteIds[0] ?? '')
  const currency = plan?.price?.currency ?? site?.currency ?? 'EUR'
  const [sum, setSum] = useState(plan?.price ? format.amount(plan.price.amountMinor, currency) : '')
  const [period, setPeriod] = useState(plan?.price?.period ?? { every: 1, unit: 'month' as const })
  const [trialDays, setTrialDays] = useState(plan?.price?.trialDays ?? 0)
  const [wrong, setWrong] = useState(false)
  const amountMinor = readAmount(sum, currency)
  const sumWrong = (sum.trim() !== '' && !amountMinor) || (sum.trim() === '' && offered)
  const isWrong = name.trim() === '' || siteIds.length === 0 || sumWrong
  const submit = () => {
    setWrong(isWrong)
    if (isWrong) return undefined
    const price: PlanPrice | null = amountMinor === undefined ? null : { amountMinor, currency, period, trialDays }
    const terms = {
      name: name.trim(),
      siteIds,
      poolExhaustedPolicy: policy,
      exemptFromCapacity: exempt,
      price,
      offeredPublicly: offered,
      graceDays,
    }
    if (plan === undefined) return create(terms)
    const changeReason = reason.read()
    return changeReason === undefined ? undefined : change(plan, { ...terms, changeReason })
  }
  const yesOrNo = [
    { value: 'false', label: words.no },
    { value: 'true', label: words.yes },
  ]
  const title = plan === undefined ? words.create : words.change
  return (
    <ActionDialog onClose={onClose} title={title} text={words.dialogText} submit={title} onSubmit={submit}>
      <TextInput
        label={words.name}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={wrong && name.trim() === ''}
        maxLength={120}
        autoComplete="off"
        data-autofocus
      />
      <MultiSelect
        label={subscriptions.sites}
        value={siteIds}
        onChange={setSites}
        data={all.map((value, index) => ({ value, label: names[index]! }))}
        error={wrong && siteIds.length === 0}
      />
      <Group grow align="start">
        <TextInput
          label={words.sum(currency)}
          description={words.sumText}
          value={sum}
          onChange={(event) => setSum(event.currentTarget.value)}
          error={wrong && sumWrong}
          inputMode="decimal"
          autoComplete="off"
        />
        <NativeSelect
          label={words.period}
          description={words.periodText}
          value={period.unit}
          onChange={(event) => setPeriod({ every: 1, unit: units.find((unit) => unit === event.currentTarget.value)! })}
          data={units.map((value) => ({ value, label: words.units[value] }))}
        />
      </Group>
      <Group grow align="start">
        <NumberInput
          label={words.trialDays}
          value={trialDays}
          onChange={(value) => setTrialDays(Number(value))}
          min={0}
          max={730}
          allowDecimal={false}
        />
        <NumberInput
          label={words.graceDays}
          value={graceDays}
          onChange={(value) => setGraceDays(Number(value))}
          min={0}
          max={90}
          allowDecimal={false}
        />
      </Group>
      <NativeSelect
        label={words.policy}
        value={policy}
        onChange={(event) => setPolicy(poolExhaustedPolicy.parse(event.currentTarget.value))}
        data={poolExhaustedPolicy.options.map((value) => ({ value, label: words.policies[value] }))}
      />
      <NativeSelect
        label={words.exempt}
        value={String(exempt)}
        onChange={(event) => setExempt(event.currentTarget.value === 'true')}
        data={yesOrNo}
      />
      <NativeSelect
        label={words.offeredPublicly}
        value={String(offered)}
        onChange={(event) => setOffered(event.currentTarget.value === 'true')}
        data={yesOrNo}
      />
      {plan !== undefined && reason.field}
    </ActionDialog>
  )
}
