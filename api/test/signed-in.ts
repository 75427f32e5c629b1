import type { Role } from '@turnpike/contracts/operator.ts'
import { openCarPark } from './car-park.ts'
import { addOperator, openSignIn } from './operator.ts'
import { clientOf } from './operator-client.ts'

/** A car park whose operators sign in at Firebase's own Auth emulator, with an admin. */
export async function openStaffedCarPark() {
  const signIn = await openSignIn()
  const park = await openCarPark({ verifyIdToken: signIn.verifyIdToken, accounts: signIn.accounts })
  const adminOperator = await addOperator(park, signIn, 'admin', [])
  return {
    park,
    signIn,
    adminOperator,
    admin: clientOf(park, adminOperator.token),
    /** Somebody with this role at these sites. */
    async staff(role: Role, siteIds: string[]) {
      const operator = await addOperator(park, signIn, role, siteIds)
      return { ...operator, ...clientOf(park, operator.token) }
    },
    async close() {
      await park.close()
      await signIn.stop()
    },
  }
}

export type StaffedCarPark = Awaited<ReturnType<typeof openStaffedCarPark>>
