import { Notification } from '@mantine/core'
import { useEffect, useState } from 'react'
import styles from './notifications.module.css'
import { dismiss, type Told, useNotifications } from './notify.ts'

/** More at a time would hide the screen: the others wait until one has gone. */
const shownAtOnce = 5
const shownMs = 4_000

/** What `notify` was told. Mantine's own list of them is 12 kB more of script, in the first load of every screen. */
export function Notifications() {
  const told = useNotifications()
  return (
    <div className={styles.list}>
      {told.slice(0, shownAtOnce).map((one) => (
        <Shown key={one.id} {...one} />
      ))}
    </div>
  )
}

/** Goes by itself after a while, but not from under the hand of somebody who reads it. */
function Shown({ id, stays = false, message, ...colourAndTitle }: Told) {
  const [held, setHeld] = useState(false)
  useEffect(() => {
    if (stays || held) return
    const timer = setTimeout(() => dismiss(id), shownMs)
    return () => clearTimeout(timer)
  }, [id, stays, held])
  return (
    <Notification
      {...colourAndTitle}
      className={styles.notification!}
      onClose={() => dismiss(id)}
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      {message}
    </Notification>
  )
}
