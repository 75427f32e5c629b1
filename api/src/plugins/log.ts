import type { LoggerOptions } from 'pino'

/** Structured logs that cannot hold a plate: no bodies, no query values, and of an error only what never carries data. */
export function loggerOptions(level: string, name: string): LoggerOptions {
  return {
    name,
    level,
    serializers: { err: safeError, error: safeError, req: withoutQuery },
    redact: ['req.headers.authorization'],
  }
}

/** Nobody should put a plate into an address, but who does must not find it in the log. */
function withoutQuery(request: { method?: string; url?: string; ip?: string }) {
  return { method: request.method, path: request.url?.split('?')[0], from: request.ip }
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
