/** A webhook is a POST. */
export class MethodNotAllowed extends Error {
  override readonly name = 'MethodNotAllowed'
}

/** The core did not take the event, or nobody knows whether it did: no answer, a late one, a failure, or nonsense. */
export class CoreUnavailable extends Error {
  override readonly name = 'CoreUnavailable'
}

/** The core said no to a request that we made ourselves: a wrong key, or two versions that do not fit each other. */
export class CoreRefused extends Error {
  override readonly name = 'CoreRefused'
}
