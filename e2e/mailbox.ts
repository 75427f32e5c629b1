import type { Stack } from '@turnpike/contracts/stack.ts'
import { vi } from 'vitest'

type Letter = { to: string; subject: string; text: string }

/** The newest letter to an address; waits until there is one. */
export async function letterTo(stack: Stack, address: string): Promise<Letter> {
  return vi.waitFor(
    async () => {
      const letters = (await (await fetch(`${stack.mailbox}/letters`)).json()) as Letter[]
      const found = letters.find(({ to }) => to === address)
      if (found === undefined) throw new Error(`No letter came to ${address}`)
      return found
    },
    { timeout: 30_000, interval: 100 },
  )
}

export function linkIn({ text }: Letter): string {
  return /https?:\/\/\S+/.exec(text)![0]
}
