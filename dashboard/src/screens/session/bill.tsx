import type { QuoteLine } from '@turnpike/contracts/quote.ts'
import { priceLine } from '../../format/price-line.ts'
import { useFormats } from '../../i18n/format.ts'
import { useWords } from '../../i18n/language.ts'
import styles from './session.module.css'

type Props = { lines: QuoteLine[]; currency: string; totalMinor: number }

/** How a sum comes about, line by line. */
export function Bill({ lines, currency, totalMinor }: Props) {
  const { session: words } = useWords()
  const format = useFormats()
  const money = (amountMinor: number) => format.money(amountMinor, currency)
  return (
    <table className={styles.bill}>
      <tbody>
        {lines.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a price never move
          <tr key={index}>
            <td>{priceLine(line, words.priceLine, money)}</td>
            {/* What is only said, such as the VAT within, adds nothing. */}
            <td>{line.amountMinor !== 0 && money(line.amountMinor)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{words.total}</th>
          <td>{money(totalMinor)}</td>
        </tr>
      </tfoot>
    </table>
  )
}
