import { smtpMail } from '@turnpike/api/mail.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Mailbox, startMailbox } from '../main.ts'

let mailbox: Mailbox
beforeAll(async () => {
  mailbox = await startMailbox()
})
afterAll(() => mailbox.stop())

const letters = async () => (await (await fetch(`${mailbox.url}/letters`)).json()) as { to: string }[]

test('a letter of ours is read as it was written: umlauts, long lines, a dot at the start of one, and its link can be followed', async () => {
  const link = `https://park.example/manage#${'t0ken'.repeat(20)}`
  const text = `Ihr Vertrag „Pendler“: kündigen, ändern.\n\n${link}\n\n.hidden\n${'lang '.repeat(60)}`.trimEnd()
  const subject = 'Ihr Abo zum Parken: Größe & Übermaß, für alle, die jeden Tag kommen'
  await smtpMail(mailbox.smtpUrl, 'parking@localhost')({ to: 'ada@example.org', subject, text })
  expect(await letters()).toMatchObject([{ to: 'ada@example.org', subject, text }])
  const page = await (await fetch(mailbox.url)).text()
  expect(page).toContain(`<a href="${link}">`)
})

test('what is written in a letter is text on its page, and the newest letter is first', async () => {
  const send = smtpMail(mailbox.smtpUrl, 'parking@localhost')
  await send({ to: 'eve@example.org', subject: '<script>alert(1)</script>', text: '<img src=x>' })
  expect((await letters())[0]).toMatchObject({ to: 'eve@example.org' })
  const page = await (await fetch(mailbox.url)).text()
  expect(page).not.toMatch(/<script>|<img/)
})
