import { useWords } from '../../i18n/language.ts'
import styles from './page.module.css'

/** A plate as the API gives it to this person: whole, masked, or gone for good. */
export function PlateText({ plate }: { plate: string | null }) {
  const { common } = useWords()
  if (plate === null) return <span className={styles.quiet}>{common.plateErased}</span>
  return <span className={styles.plate}>{plate}</span>
}
