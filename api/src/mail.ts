import { createTransport } from 'nodemailer'

export type Letter = { to: string; subject: string; text: string }

/** Sends mail through the server of `url`, smtp://user:password@host:port or smtps://…; it must answer within seconds. */
export function smtpMail(url: string, from: string): (letter: Letter) => Promise<void> {
  const transport = createTransport(url, { from })
  return async (letter) => {
    await transport.sendMail({ ...letter, from, disableFileAccess: true, disableUrlAccess: true })
  }
}
