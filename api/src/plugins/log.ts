import { type FastifyReply, type FastifyRequest, LogController } from 'fastify'
import { destination, type LoggerOptions } from 'pino'

/** Structured logs that cannot hold a plate or a key: no bodies, no query values, and of an error only what never carries data. */
export function loggerOptions(level: string, name: string): LoggerOptions {
  return {
    name,
    level,
    serializers: { err: safeError, error: safeError, req: safeRequest },
    redact: ['req.headers.authorization', 'busboyOptions.headers'],
  }
}

/** Lines are written together, as a system call for each costs a read a tenth of its time; what ends the process writes the rest. */
export const bufferedOutput = () => destination({ sync: false, minLength: 4096, periodicFlush: 100 })

/** One line a request, once it has its answer. */
export class RequestLog extends LogController {
  override incomingRequest() {}

  override requestCompleted(error: Error | null | undefined, request: FastifyRequest, reply: FastifyReply) {
    const line = { req: request, res: reply, responseTime: reply.elapsedTime }
    if (error) request.log.error({ ...line, err: error }, 'request errored')
    else request.log.info(line, 'request completed')
  }
}

function safeRequest(request: FastifyRequest) {
  const { method, url, host, ip } = request
  return { method, url: safePath(url), host, remoteAddress: ip, remotePort: request.socket?.remotePort }
}

/** Some cameras can send their key in the address only. Whatever stands where a key would, or is as long as one, is left out. */
function safePath(url: string): string {
  const path = url.replace(/[?#].*$/s, '')
  return decoded(path)
    .replace(/(\/key\/)[^/]*/gi, '$1[key]')
    .replace(/[\w-]{40,}/g, '[key]')
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return '[not an address]'
  }
}

type LoggedError = { type: string; message: string; code?: string; stack?: string; cause?: LoggedError }

/** A failed query's message quotes its parameters and Postgres' detail quotes the row: both may be a plate. */
function safeError(error: unknown): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'not an Error' }
  const { code } = error as { code?: unknown }
  const quotesData = error.message.startsWith('Failed query')
  return {
    type: error.name,
    message: quotesData ? 'a query failed' : error.message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.stack === undefined ? {} : { stack: framesOf(error.stack) }),
    ...(error.cause === undefined ? {} : { cause: safeError(error.cause) }),
  }
}

function framesOf(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .join('\n')
}
