import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { initializeTestEnvironment, type RulesTestEnvironment } from '@firebase/rules-unit-testing'
import { documentPath } from '@turnpike/contracts/live-documents.ts'
import { type Role, roles } from '@turnpike/contracts/operator.ts'
import { doc, type Firestore, setDoc, setLogLevel } from 'firebase/firestore'
import type { OfficialEmulator } from '../rules-setup.ts'

setLogLevel('silent') // every refusal would be a warning, and refusals are what these tests are about

/** A project of its own on the emulator, under the rules that ship. */
export function openRules(emulator: OfficialEmulator): Promise<RulesTestEnvironment> {
  const rules = readFileSync(emulator.rulesPath, 'utf8')
  const { host, port } = emulator
  return initializeTestEnvironment({ projectId: `demo-${randomUUID()}`, firestore: { host, port, rules } })
}

/** Firestore as a signed-in person has it, or somebody signed out for `null`; one connection each, as a browser has. */
export function clientsOf(rules: () => RulesTestEnvironment): (uid: string | null) => Firestore {
  const clients = new Map<string | null, Firestore>()
  return (uid) => {
    const context = () => (uid === null ? rules().unauthenticatedContext() : rules().authenticatedContext(uid))
    const client = clients.get(uid) ?? (context().firestore() as unknown as Firestore)
    clients.set(uid, client)
    return client
  }
}

export const here = randomUUID()
export const elsewhere = randomUUID()

/** Every kind of document of a site that the contracts know, at the one that is `here`. */
const { operator: _operator, ...ofSite } = documentPath
export const siteDocuments = Object.fromEntries(
  Object.entries(ofSite).map(([kind, path]) => [kind, path(here, `${kind}-1`)]),
) as Record<keyof typeof ofSite, string>
export const siteCollections = Object.values(siteDocuments)
  .map((path) => path.slice(0, path.lastIndexOf('/')))
  .filter((path) => path !== 'sites')

/** `rights` is what operators/{uid} holds; undefined for somebody who is no operator. */
type Person = { uid: string; rights?: { role: Role; sites: string[]; disabled: boolean } }

const person = (uid: string, role: Role, sites: string[], disabled = false): Person => ({
  uid,
  rights: { role, sites, disabled },
})
export const operatorsHere = roles.map((role) =>
  person(`${role}-here`, role, role === 'admin' ? [here, elsewhere] : [here]),
)
export const operatorsElsewhere = roles.map((role) => person(`${role}-elsewhere`, role, [elsewhere]))
export const disabledOperators = roles.map((role) => person(`${role}-disabled`, role, [here, elsewhere], true))
export const nobody: Person = { uid: 'no-operator' }
export const everybody = [...operatorsHere, ...operatorsElsewhere, ...disabledOperators, nobody]

/** Puts all people and documents there, as the relay would. */
export async function fill(rules: RulesTestEnvironment): Promise<void> {
  await rules.withSecurityRulesDisabled(async (context) => {
    const firestore = context.firestore()
    const stamp = { v: 1, updatedAt: '2026-03-10T09:00:00.000Z' }
    for (const { uid, rights } of everybody)
      if (rights) await setDoc(doc(firestore, documentPath.operator(uid)), { ...stamp, name: uid, ...rights })
    for (const path of Object.values(siteDocuments)) await setDoc(doc(firestore, path), { ...stamp, siteId: here })
    await setDoc(doc(firestore, documentPath.site(elsewhere)), { ...stamp, siteId: elsewhere })
  })
}
