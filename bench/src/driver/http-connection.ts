import { connect, type Socket } from 'node:net'

export type HttpAnswer = { status: number; body: string }

/**
 * One kept connection that posts, one request at a time. By hand, because a client that does everything would take the processor
 * from the server that is measured beside it.
 */
export class HttpConnection {
  readonly #socket: Socket
  #received = ''
  #waiting: { resolve: (answer: HttpAnswer) => void; reject: (error: Error) => void } | undefined

  constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true }).setEncoding('latin1')
    this.#socket.on('data', (text: string) => this.#read(text))
    this.#socket.on('error', (error) => this.#waiting?.reject(error))
    this.#socket.on('close', () => this.#waiting?.reject(new Error('The server closed the connection.')))
  }

  /** The server closes what has been idle for a minute. */
  get closed(): boolean {
    return this.#socket.destroyed
  }

  post(path: string, key: string, body: string): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#socket.write(
        `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\n` +
          `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      )
    })
  }

  close() {
    this.#waiting = undefined
    this.#socket.destroy()
  }

  #read(text: string) {
    this.#received += text
    const end = this.#received.indexOf('\r\n\r\n')
    if (end === -1) return
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(this.#received.slice(0, end))?.[1])
    if (this.#received.length < end + 4 + length) return
    const answer = {
      status: Number(this.#received.slice(9, 12)),
      body: Buffer.from(this.#received.slice(end + 4), 'latin1').toString('utf8'),
    }
    this.#received = ''
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.resolve(answer)
  }
}
