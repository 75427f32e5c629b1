/** PayPal cannot close an order, but it moves no money until we take it: this mark in `custom_id` says that we will not. */
const closedMark = 'closed:'

type CustomId = string | null | undefined

export function isMarkedClosed(customId: CustomId): boolean {
  return customId?.startsWith(closedMark) === true
}

/** The reference with the mark. */
export function markedClosed(reference: string | null): string {
  return closedMark + (reference ?? '')
}

/** What we called it when the checkout began. Money that was taken while we closed its order has the mark, too. */
export function referenceOf(customId: CustomId): string | null {
  return (isMarkedClosed(customId) ? customId?.slice(closedMark.length) : customId) || null
}
