import { createContext, type ReactNode, useContext, useEffect, useMemo, useSyncExternalStore } from 'react'
import { useApi } from '../../api/api-context.tsx'
import { answerOf } from '../../api/client.ts'
import { PlateBook } from '../../api/plate-book.ts'

const BookContext = createContext<PlateBook | undefined>(undefined)

/** Below it, lanes show plates in full where `shown`: live documents have them masked, whoever reads them. */
export function FullPlates({ shown, children }: { shown: boolean; children: ReactNode }) {
  const api = useApi()
  const book = useMemo(
    () =>
      shown
        ? new PlateBook(
            async (decisionIds) => (await answerOf(api.POST('/v1/plates', { body: { decisionIds } }))).items,
          )
        : undefined,
    [api, shown],
  )
  return <BookContext value={book}>{children}</BookContext>
}

/** The plate of a decision as far as it is shown here: in full once the API has told it, else masked. */
export function useShownPlate({ id, plateMasked }: { id: string; plateMasked: string }): string {
  const book = useContext(BookContext)
  useEffect(() => {
    book?.want(id)
    return () => book?.leave(id)
  }, [book, id])
  const known = useSyncExternalStore(book?.subscribe ?? none, () => book?.get(id))
  return known ?? plateMasked
}

const none = () => () => {}
