import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { smtpMail } from '../../src/mail.ts'
import { sendHolderMails } from '../../src/services/send-holder-mails.ts'
import type { CarPark, Site } from '../car-park.ts'
import { openPayingPark, type PayingPark } from './paying-park.ts'
import { startSmtpServer, textOf } from './smtp-server.ts'

let paying: PayingPark
let park: CarPark
let site: Site
let planId: string
let smtp: Awaited<ReturnType<typeof startSmtpServer>>
beforeAll(async () => {
  paying = await openPayingPark({ trustProxy: 'loopback' })
  smtp = await startSmtpServer()
  ;({ park } = paying)
  site = await park.site({ unknownVehiclePolicy: 'subscribers_only', capacity: 100 })
  planId = await park.planOnOffer(site.id)
})
afterEach(() => {
  Object.assign(paying.provider, { down: false, refuses: undefined })
  smtp.state.refuses = false
})
afterAll(async () => {
  await paying.close()
  await smtp.stop()
})

let people = 0
const person = () => {
  people += 1
  return { email: `holder${people}@example.org`, plate: `HO ${10_000 + people * 37}` }
}
// Rate limits count by address: each request of a test comes from another.
const ask = (
  method: 'GET' | 'POST',
  url: string,
  body?: unknown,
  token?: string,
  from = `10.0.${people}.${randomBytes(1)[0]}`,
) =>
  park.app.inject({
    method,
    url,
    headers: { 'x-forwarded-for': from, ...(token && { authorization: `Bearer ${token}` }) },
    ...(body === undefined ? {} : { payload: body as object }),
  })
const buy = (said: Record<string, unknown>) =>
  ask('POST', '/v1/public/subscriptions', { planId, holder: 'Ada Baker', provider: 'stripe', ...said })
const mails = async () => {
  await sendHolderMails(
    {
      database: park.database,
      now: () => park.clock.now,
      newKey: () => randomBytes(32).toString('base64url'),
      dashboardUrl: 'https://parking.example',
      mail: smtpMail(smtp.url, 'parking@example.org'),
    },
    () => {},
  )
}
const tokenIn = (letter: string) => /https:\/\/parking\.example\/manage#([\w-]{43})/.exec(textOf(letter))![1]!

/** Somebody who bought a subscription and has the link to it. */
async function holder(status: 'active' | 'trialing' = 'active') {
  const who = person()
  const { subscriptionId } = (await buy({ email: who.email, plates: [who.plate] })).json()
  const objectId = `sub_${randomUUID()}`
  paying.provider.subscription(objectId, { reference: subscriptionId, status })
  await paying.changed(objectId, subscriptionId)
  await paying.work()
  await mails()
  return { ...who, subscriptionId, objectId, token: tokenIn(smtp.letters.at(-1)!) }
}
const mayPark = async (plate: string) => {
  const { outcome } = await park.read(site.entry, plate)
  if (outcome === 'ALLOW') await park.passage(site.entry, 'turned_back')
  park.wait(4)
  return outcome === 'ALLOW'
}

describe('plans', () => {
  test('are shown to drivers only where they are offered, with their price and where they let park', async () => {
    await park.planOnOffer(site.id, { offeredPublicly: false })
    expect((await ask('GET', `/v1/public/plans?siteId=${site.id}`)).json()).toEqual({
      items: [
        {
          id: planId,
          name: 'Monthly',
          sites: [{ id: site.id, name: 'Central' }],
          amountMinor: 4_900,
          currency: 'EUR',
          period: { every: 1, unit: 'month' },
          trialDays: 0,
          providers: ['stripe'],
        },
      ],
    })
    expect((await ask('GET', `/v1/public/plans?siteId=${randomUUID()}`)).json()).toEqual({ items: [] })
  })
})

describe('a purchase', () => {
  test('pressed twice, at once or after its answer was lost, is one subscription and one checkout (failure 11)', async () => {
    const { email, plate } = person()
    const wanted = { purchaseId: randomUUID(), email, plates: [plate] }
    const bought = () => park.count('subscriptions where email = $1', [email])
    paying.provider.answersAreLost = true
    expect((await buy(wanted)).statusCode).toBe(503)
    paying.provider.answersAreLost = false
    const answers = (await Promise.all(Array.from({ length: 4 }, () => buy(wanted)))).map((answer) => answer.json())
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    const { subscriptionId, redirectUrl } = answers[0]
    expect(await bought()).toBe(1)
    const made = [...paying.provider.byKey.values()].filter(
      (each) => (each as { redirectUrl?: string }).redirectUrl === redirectUrl,
    )
    expect(made).toHaveLength(1)

    const other = (await buy({ ...wanted, purchaseId: randomUUID() })).json()
    expect(other.subscriptionId).not.toBe(subscriptionId)
    expect(await bought()).toBe(2)
  })

  test('pressed twice at the same moment is one', async () => {
    const { email, plate } = person()
    const wanted = { purchaseId: randomUUID(), email, plates: [plate] }
    const answers = await Promise.all(Array.from({ length: 6 }, () => buy(wanted)))
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array.from({ length: 6 }, () => 200))
    expect(new Set(answers.map((answer) => answer.body)).size).toBe(1)
    expect(await park.count('subscriptions where email = $1', [email])).toBe(1)
  })

  test('begins at the provider, lets nobody park before it is paid, and says how far it is', async () => {
    const { email, plate } = person()
    const answer = (await buy({ email, plates: [plate] })).json()
    expect(answer.redirectUrl).toBe(`https://provider.example/pay/${answer.subscriptionId}`)
    const state = async () => (await ask('GET', `/v1/public/subscriptions/${answer.subscriptionId}`)).json().state
    expect([await state(), await mayPark(plate)]).toEqual(['awaiting_payment', false])
    paying.provider.subscription('sub_of_purchase', { reference: answer.subscriptionId, status: 'active' })
    await paying.changed('sub_of_purchase', answer.subscriptionId)
    await paying.work()
    expect([await state(), await mayPark(plate)]).toEqual(['active', true])
  })

  test('for later costs nothing before it begins', async () => {
    const { email, plate } = person()
    const startsAt = new Date(park.clock.now.getTime() + 10 * 86_400_000).toISOString()
    const { subscriptionId } = (await buy({ email, plates: [plate], startsAt })).json()
    const call = await park.row('select request from outbound_calls where subject_id = $1', [subscriptionId])
    expect(call.request).toMatchObject({ trialDays: 10, amountMinor: 4_900, email })
    expect(JSON.stringify(call.request)).not.toContain(plate.replace(' ', ''))
  })

  test('of a plan that is not on offer is refused, and of one that the provider refuses too', async () => {
    const { email, plate } = person()
    const hidden = await park.planOnOffer(site.id, { offeredPublicly: false })
    expect((await buy({ planId: hidden, email, plates: [plate] })).statusCode).toBe(404)
    paying.provider.refuses = 'currency_not_supported'
    expect((await buy({ email, plates: [plate] })).statusCode).toBe(409)
  })

  test('is slowed down for who tries it again and again', async () => {
    const { email, plate } = person()
    const from = '10.9.9.9'
    const body = { planId, holder: 'Ada', provider: 'stripe', email, plates: [plate] }
    const answers = []
    for (let n = 0; n < 12; n += 1) answers.push(await ask('POST', '/v1/public/subscriptions', body, undefined, from))
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([...Array(10).fill(200), 429, 429])
  })
})

describe('the link of a holder', () => {
  test('is mailed when the subscription begins, and its token is kept as a hash alone', async () => {
    const { token, subscriptionId, email } = await holder()
    expect(smtp.letters.at(-1)).toContain(`To: ${email}`)
    expect(Buffer.from(token, 'base64url')).toHaveLength(32)
    const hash = createHash('sha256').update(token).digest('hex')
    expect(await park.row('select subscription_id from holder_tokens where hash = $1', [hash])).toEqual({
      subscription_id: subscriptionId,
    })
    const { rows } = await park.testDatabase.pool.query(
      `select (select json_agg(t) from holder_tokens t)::text || (select json_agg(m) from holder_mails m)::text
        || (select json_agg(a) from audit_entries a)::text as all`,
    )
    expect(rows[0].all).not.toContain(token)
  })

  test('shows that subscription, and nobody else’s', async () => {
    const { token, plate } = await holder()
    const other = await holder()
    const shown = (await ask('GET', '/v1/public/subscription', undefined, token)).json()
    expect(shown).toMatchObject({ status: 'active', entitled: true, plates: [plate.replace(' ', '')], portal: true })
    expect(shown.id).not.toBe(other.subscriptionId)
  })

  test.each([
    ['none', () => undefined],
    ['a guess', () => randomBytes(32).toString('base64url')],
    ['the hash of one', (token: string) => createHash('sha256').update(token).digest('hex')],
  ])('with %s as its token is refused at every address', async (_what, made) => {
    const { token } = await holder()
    const bad = made(token)
    const answers = [
      await ask('GET', '/v1/public/subscription', undefined, bad),
      await ask('POST', '/v1/public/subscription/vehicles', { plates: ['EVIL 1'] }, bad),
      await ask('POST', '/v1/public/subscription/actions', { action: 'cancel' }, bad),
      await ask('GET', '/v1/public/subscription/payments', undefined, bad),
      await ask('POST', '/v1/public/subscription/portal', undefined, bad),
    ]
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([401, 401, 401, 401, 401])
  })

  test('ends by itself after a week, and opens nothing of operators', async () => {
    const { token } = await holder()
    expect((await ask('GET', '/v1/subscriptions', undefined, token)).statusCode).toBe(401)
    park.wait(7 * 24 * 60)
    expect((await ask('GET', '/v1/public/subscription', undefined, token)).statusCode).toBe(401)
  })

  test('is sent anew to who asks with the address, and the answer is the same for an address that nobody has', async () => {
    const { email } = await holder()
    park.wait(5)
    const count = smtp.letters.length
    const known = await ask('POST', '/v1/public/subscriptions/link', { email: email.toUpperCase() })
    const unknown = await ask('POST', '/v1/public/subscriptions/link', { email: 'nobody@example.org' })
    expect([known.statusCode, known.body]).toEqual([unknown.statusCode, unknown.body])
    // Asked again within a minute, it is one letter.
    await ask('POST', '/v1/public/subscriptions/link', { email })
    await mails()
    await mails()
    expect(smtp.letters).toHaveLength(count + 1)
  })

  test('goes out later where the mail server refuses it now', async () => {
    const { email } = await holder()
    park.wait(5)
    const count = smtp.letters.length
    smtp.state.refuses = true
    await ask('POST', '/v1/public/subscriptions/link', { email })
    await mails()
    expect(smtp.letters).toHaveLength(count)
    smtp.state.refuses = false
    park.wait(1)
    await mails()
    expect(smtp.letters).toHaveLength(count + 1)
  })
})

describe('a holder', () => {
  test('changes the vehicles, and the gate sees it at its next read', async () => {
    const { token, plate } = await holder()
    expect(await mayPark(plate)).toBe(true)
    const changed = await ask('POST', '/v1/public/subscription/vehicles', { plates: ['NEW 47123'] }, token)
    expect(changed.json().plates).toEqual(['NEW47123'])
    expect([await mayPark(plate), await mayPark('NEW 47123')]).toEqual([false, true])
    const { before, after } = await park.row(
      `select before, after from audit_entries where action = 'subscription.vehicles_changed'`,
    )
    expect(before.plateIds).not.toEqual(after.plateIds)
  })

  test('cancels for the end of the period and takes it back; the provider is asked, and what it says counts', async () => {
    const { token, objectId } = await holder()
    const act = async (action: string) => {
      await ask('POST', '/v1/public/subscription/actions', { action }, token)
      await paying.work()
      return (await ask('GET', '/v1/public/subscription', undefined, token)).json()
    }
    expect(await act('cancel')).toMatchObject({ cancelAtPeriodEnd: true, entitled: true })
    expect(paying.provider.subscriptions.get(objectId)!.cancelAtPeriodEnd).toBe(true)
    expect(await act('resume')).toMatchObject({ cancelAtPeriodEnd: false, collectionPaused: false })
    // An operator's pause is not the holder's to lift.
    paying.provider.subscription(objectId, { collectionPaused: true })
    await act('cancel')
    expect(await act('resume')).toMatchObject({ cancelAtPeriodEnd: false, collectionPaused: true })
  })

  test('sees what was paid, each with its receipt, and is led to the page of the provider', async () => {
    const { token, objectId } = await holder()
    await park.notify('invoice.paid', {
      kind: 'payment_captured',
      factId: `in_${randomUUID()}`,
      reference: null,
      subscriptionObjectId: objectId,
      amountMinor: 4_900,
      currency: 'EUR',
      capturedAt: park.clock.now.toISOString(),
    })
    const { items } = (await ask('GET', '/v1/public/subscription/payments', undefined, token)).json()
    expect(items).toMatchObject([{ amountMinor: 4_900, refundedMinor: 0 }])
    const receipt = await ask('GET', `/v1/public/receipts/${items[0].receiptId}`)
    expect(receipt.json()).toMatchObject({ what: 'subscription', planName: 'Monthly', amountMinor: 4_900 })
    const portal = await ask('POST', '/v1/public/subscription/portal', undefined, token)
    expect(portal.json()).toEqual({ redirectUrl: `https://provider.example/portal/${objectId}` })
  })
})
