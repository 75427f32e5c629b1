import { LanesSkeleton } from './lanes/lanes-skeleton.tsx'
import { Brand } from './shell/brand.tsx'
import shell from './shell/shell.module.css'

/** The frame of the console while it is not yet known who is signed in. */
export function OpeningScreen() {
  return (
    <>
      <header className={shell.header}>
        <Brand compact />
      </header>
      <main className={shell.main}>
        <LanesSkeleton />
      </main>
    </>
  )
}
