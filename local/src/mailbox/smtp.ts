import { createServer, type Server, type Socket } from 'node:net'

/** A letter as it came: who it is for, and the whole message. */
export type Received = { to: string[]; raw: string }

const longestLetter = 1024 * 1024

/** Takes mail on 127.0.0.1 (RFC 5321, as far as a sender needs it), from anybody for anybody, and hands it on. It sends none. */
export async function listenForMail(port: number, receive: (letter: Received) => void): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    converse(socket, receive)
  })
  await new Promise<void>((listening, failed) => {
    server.once('error', failed)
    server.listen(port, '127.0.0.1', listening)
  })
  return server
}

function converse(socket: Socket, receive: (letter: Received) => void): void {
  let buffered = ''
  let to: string[] = []
  let inData = false
  const say = (line: string) => socket.write(`${line}\r\n`)
  say('220 mailbox of this machine')
  socket.setEncoding('utf8')
  socket.on('data', (text: string) => {
    buffered += text
    if (buffered.length > longestLetter) return socket.destroy()
    for (;;) {
      const end = buffered.indexOf(inData ? '\r\n.\r\n' : '\r\n')
      if (end < 0) return
      const taken = buffered.slice(0, end)
      buffered = buffered.slice(end + (inData ? 5 : 2))
      if (inData) {
        receive({ to, raw: taken.replace(/^\.\./gm, '.') })
        inData = false
        to = []
        say('250 kept')
      } else answer(taken)
    }
  })

  function answer(line: string): void {
    const verb = line.slice(0, 4).toUpperCase()
    if (verb === 'EHLO') say('250-mailbox\r\n250 8BITMIME')
    else if (verb === 'RCPT') {
      to.push(/<([^>]*)>/.exec(line)?.[1] ?? '')
      say('250 ok')
    } else if (verb === 'DATA') {
      inData = to.length > 0
      say(inData ? '354 end with a line that is a dot' : '503 to whom?')
    } else if (verb === 'QUIT') {
      say('221 bye')
      socket.end()
    } else if (['HELO', 'MAIL', 'RSET', 'NOOP'].includes(verb)) {
      if (verb === 'RSET' || verb === 'MAIL') to = []
      say('250 ok')
    } else say('502 not known here')
  }
}
