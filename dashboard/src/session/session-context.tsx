import { createContext, type ReactNode, useContext, useSyncExternalStore } from 'react'
import type { Person, Session, SessionState } from './session.ts'

const SessionContext = createContext<Session | undefined>(undefined)
const PersonContext = createContext<Person | undefined>(undefined)

export function SessionProvider({ session, children }: { session: Session; children: ReactNode }) {
  return <SessionContext value={session}>{children}</SessionContext>
}

export function useSession(): Session {
  const session = useContext(SessionContext)
  if (!session) throw new Error('The session is read outside of SessionProvider.')
  return session
}

export function useSessionState(): SessionState {
  const session = useSession()
  return useSyncExternalStore(session.subscribe, session.state)
}

export function PersonProvider({ person, children }: { person: Person; children: ReactNode }) {
  return <PersonContext value={person}>{children}</PersonContext>
}

/** Who is signed in, below `PersonProvider`. */
export function usePerson(): Person {
  const person = useContext(PersonContext)
  if (!person) throw new Error('The signed-in person is read outside of PersonProvider.')
  return person
}
