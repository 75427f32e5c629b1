import { join } from 'node:path'
import {
  type FirestoreEmulator,
  findFirestoreEmulator,
  startFirestoreEmulator,
} from '@turnpike/local/firestore-emulator.ts'
import { root } from '@turnpike/local/local-folder.ts'
import getPort from 'get-port'

const projectId = 'demo-turnpike'

export type OwnFirestore = {
  /** What a stack needs in its environment to use it. */
  environment: { FIRESTORE_EMULATOR_HOST: string }
  /** Ends its process. What it held is kept, as Firestore would keep it. */
  stop(): Promise<void>
  startAgain(): Promise<void>
  /** Stops it where it stands: connections stay, and nothing comes. */
  hang(): void
  goOn(): void
}

/** A Firestore that does not belong to the stack that uses it, so that it may stop without it. `folder` is for what it holds. */
export async function startOwnFirestore(folder: string): Promise<OwnFirestore> {
  const port = await getPort({ host: '127.0.0.1' })
  const options = {
    jar: findFirestoreEmulator()!,
    port,
    projectId,
    rulesPath: join(root, 'firestore.rules'),
    logFile: join(folder, 'firestore.log'),
  }
  let running: FirestoreEmulator | undefined = await startFirestoreEmulator(options)
  const { host } = running
  const name = 'kept'

  async function keep(): Promise<void> {
    const body = { database: `projects/${projectId}/databases/(default)`, export_directory: folder, export_name: name }
    const url = `http://${host}/emulator/v1/projects/${projectId}:export`
    const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`Firestore cannot be kept: ${answer.status} ${await answer.text()}`)
  }

  return {
    environment: { FIRESTORE_EMULATOR_HOST: host },
    async stop() {
      if (running === undefined) return
      await keep()
      await running.stop()
      running = undefined
    },
    async startAgain() {
      running ??= await startFirestoreEmulator({
        ...options,
        seedFrom: join(folder, name, `${name}.overall_export_metadata`),
      })
    },
    hang: () => void process.kill(running!.child.pid, 'SIGSTOP'),
    goOn: () => void process.kill(running!.child.pid, 'SIGCONT'),
  }
}
