import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readLetter } from './letter.ts'
import { type KeptLetter, mailboxPage } from './mailbox-page.ts'
import { listenForMail } from './smtp.ts'

/* Stands in for a mail server: what is sent to it can be read in a browser at `/`, and by tools at `/letters`. */

export type Mailbox = { url: string; smtpUrl: string; stop(): Promise<void> }

/** Free ports when absent. Holds the last hundred letters, in memory. */
export async function startMailbox(ports: { http?: number; smtp?: number } = {}): Promise<Mailbox> {
  const letters: KeptLetter[] = []
  const smtp = await listenForMail(ports.smtp ?? 0, ({ to, raw }) => {
    letters.unshift({ ...readLetter(to, raw), at: new Date() })
    letters.length = Math.min(letters.length, 100)
  })
  const web = createServer(({ url }, response) => {
    const asJson = url === '/letters'
    response.writeHead(200, {
      'content-type': asJson ? 'application/json' : 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
      'cache-control': 'no-store',
    })
    response.end(asJson ? JSON.stringify(letters) : mailboxPage(letters))
  })
  await new Promise<void>((listening, failed) => {
    web.once('error', failed)
    web.listen(ports.http ?? 0, '127.0.0.1', listening)
  })
  const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port
  return {
    url: `http://127.0.0.1:${portOf(web)}`,
    smtpUrl: `smtp://127.0.0.1:${portOf(smtp)}`,
    async stop() {
      web.closeAllConnections()
      await Promise.all([web, smtp].map((server) => new Promise((closed) => server.close(closed))))
    },
  }
}

if (import.meta.main) {
  const { PORT, SMTP_PORT } = process.env
  const mailbox = await startMailbox({ http: Number(PORT), smtp: Number(SMTP_PORT) })
  console.log(`mailbox at ${mailbox.url}, takes mail at ${mailbox.smtpUrl}`)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(0))
}
