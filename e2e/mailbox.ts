import type { Stack } from '@turnpike/contracts/stack.ts'

type Letter = { to: string; subject: string; text: string }

/** The newest letter to an address; waits until there is one. */
export async function letterTo(stack: Stack, address: string): Promise<Letter> {
  const giveUp = Date.now() + 30_000
  while (Date.now() < giveUp) {
    const letters = (await (await fetch(`${stack.mailbox}/letters`)).json()) as Letter[]
    const found = letters.find(({ to }) => to === address)
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`No letter came to ${address}`)
}

export function linkIn({ text }: Letter): string {
  return /https?:\/\/\S+/.exec(text)![0]
}
