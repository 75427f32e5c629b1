import { useQuery } from '@tanstack/react-query'
import { useApi } from '../../api/api-context.tsx'
import { answerOf } from '../../api/client.ts'
import { useWords } from '../../i18n/language.ts'
import { StayRow } from '../inside/stay-row.tsx'
import page from '../page/page.module.css'
import styles from './decision-why.module.css'

/** For an exit without an entry: who is inside and may be this vehicle, misread when it came. */
export function ExitCandidates({ siteId, plate }: { siteId: string; plate: string }) {
  const api = useApi()
  const { session: words } = useWords()
  const query = useQuery({
    queryKey: ['candidates', siteId, plate],
    queryFn: ({ signal }) =>
      answerOf(
        api.POST('/v1/sessions/search', {
          body: { siteId, state: 'open', plate, match: 'look_alike', limit: 10 },
          signal,
        }),
      ),
  })
  if (!query.data) return null
  return (
    <section aria-labelledby="candidates-title">
      <h3 id="candidates-title" className={styles.title}>
        {words.candidates}
      </h3>
      <p className={page.quiet}>{query.data.items.length > 0 ? words.candidatesText : words.noCandidates}</p>
      {query.data.items.length > 0 && (
        <ol className={page.list}>
          {query.data.items.map((stay) => (
            <StayRow key={stay.id} stay={stay} />
          ))}
        </ol>
      )}
    </section>
  )
}
