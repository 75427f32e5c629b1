import page from '../page/page.module.css'
import { plateDiff } from './plate-diff.ts'
import styles from './workbench.module.css'

/** A plate with what of it is not as in the other one marked: that is what a camera may have misread. */
export function PlateBeside({ plate, other }: { plate: string; other: string }) {
  return (
    <span className={`${page.plate} ${styles.plate}`}>
      {plateDiff(plate, other).map(({ character, differs }, index) =>
        differs ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the characters of a plate never move
          <mark key={index}>{character}</mark>
        ) : (
          character
        ),
      )}
    </span>
  )
}
