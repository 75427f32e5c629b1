import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'

/** A mail server of the test, on a free port: it takes every letter and keeps it as it came over the wire. */
export async function startSmtpServer() {
  const letters: string[] = []
  const state = { refuses: false }
  const server = createServer((socket) => talk(socket, letters, state))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    letters,
    state,
    stop: () => new Promise((resolve) => server.close(resolve)),
  }
}

/** Enough of RFC 5321 for one client at a time. */
function talk(socket: Socket, letters: string[], state: { refuses: boolean }) {
  let data: string | undefined
  let rest = ''
  socket.setEncoding('utf8')
  socket.on('error', () => {})
  socket.write('220 mail.test\r\n')
  socket.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\r\n')
    rest = lines.pop()!
    for (const line of lines) {
      if (data !== undefined) {
        if (line !== '.') data += `${line.replace(/^\./, '')}\n`
        else {
          letters.push(data)
          data = undefined
          socket.write('250 taken\r\n')
        }
      } else if (/^DATA/i.test(line)) {
        data = ''
        socket.write('354 go on\r\n')
      } else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n')
      else if (state.refuses && /^MAIL/i.test(line)) socket.write('451 later\r\n')
      else socket.write('250 fine\r\n')
    }
  })
}

/** The text of a letter, its quoted-printable lines joined. */
export function textOf(letter: string): string {
  const [, ...body] = letter.split('\n\n')
  const text = body.join('\n\n')
  if (/base64/i.test(letter)) return Buffer.from(text, 'base64').toString('utf8')
  const bytes = text
    .replaceAll('=\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
