import { useState } from 'react'

/** A choice that this device keeps, such as how plates are shown in a booth that visitors look into. */
export function useRemembered(name: string, unset: boolean): [boolean, (value: boolean) => void] {
  const key = `turnpike.${name}`
  const [value, setValue] = useState(() => {
    try {
      return (localStorage.getItem(key) ?? String(unset)) === 'true'
    } catch {
      return unset
    }
  })
  const change = (next: boolean) => {
    setValue(next)
    try {
      localStorage.setItem(key, String(next))
    } catch {
      // storage is blocked: it holds until the page is left
    }
  }
  return [value, change]
}
