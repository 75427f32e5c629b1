import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type JournalEntry, type JournalRecord, journalEntry } from '@turnpike/contracts/journal.ts'
import type { Journal } from './services/deps.ts'

/**
 * A folder with a file for each entry. An entry is on the disk, and its name in the folder, before `append` resolves. Several
 * processes may share a folder: each counts its own entries under its own `deviceId`, and whoever can brings in what another left.
 */
export function openJournal(folder: string, deviceId: string): Journal {
  let sequence = 0
  const waiting = new WaitingEntries()
  const unsaved = new Set<string>()
  const damaged = new Set<string>()

  async function append(record: JournalRecord): Promise<void> {
    sequence += 1
    const entry: JournalEntry = { version: 1, deviceId, sequence, record }
    const name = nameOf(entry)
    unsaved.add(name)
    waiting.add(name, entry)
    await save(folder, name, JSON.stringify(entry))
    unsaved.delete(name)
  }

  async function look(): Promise<void> {
    const before = waiting.names().filter((name) => !unsaved.has(name))
    const names = new Set(await readdir(folder).catch(nothingYet))
    for (const name of before) if (!names.has(name)) waiting.delete(name)
    for (const name of names) {
      if (!name.endsWith('.json') || waiting.has(name) || damaged.has(name)) continue
      const text = await readFile(join(folder, name), 'utf8').catch(() => undefined)
      if (text === undefined) continue
      const entry = parse(text)
      if (entry === undefined || nameOf(entry) !== name) damaged.add(name)
      else waiting.add(name, entry)
    }
  }

  async function remove(entry: JournalEntry): Promise<void> {
    const name = nameOf(entry)
    await rm(join(folder, name), { force: true })
    waiting.delete(name)
    unsaved.delete(name)
  }

  return {
    append,
    look,
    remove,
    sites: () => waiting.sites(),
    heldAt: (siteId) => waiting.at(siteId),
    size: () => waiting.size,
    damaged: () => damaged.size,
  }
}

/** By site: after a long outage there are many, and each read asks whether its site has one. */
class WaitingEntries {
  readonly #siteOf = new Map<string, string>()
  readonly #bySite = new Map<string, Map<string, JournalEntry>>()

  get size(): number {
    return this.#siteOf.size
  }

  has(name: string): boolean {
    return this.#siteOf.has(name)
  }

  names(): string[] {
    return [...this.#siteOf.keys()]
  }

  sites(): string[] {
    return [...this.#bySite.keys()]
  }

  at(siteId: string): Iterable<JournalEntry> {
    return this.#bySite.get(siteId)?.values() ?? []
  }

  add(name: string, entry: JournalEntry) {
    const { siteId } = entry.record
    const ofSite = this.#bySite.get(siteId) ?? new Map<string, JournalEntry>()
    this.#bySite.set(siteId, ofSite.set(name, entry))
    this.#siteOf.set(name, siteId)
  }

  delete(name: string) {
    const siteId = this.#siteOf.get(name)
    if (siteId === undefined) return
    this.#siteOf.delete(name)
    const ofSite = this.#bySite.get(siteId)!
    ofSite.delete(name)
    if (ofSite.size === 0) this.#bySite.delete(siteId)
  }
}

const nameOf = ({ deviceId, sequence }: JournalEntry) => `${deviceId}-${String(sequence).padStart(9, '0')}.json`

function parse(text: string): JournalEntry | undefined {
  try {
    return journalEntry.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** Written beside its place, flushed, and moved there: a name in the folder always has a whole entry behind it. */
async function save(folder: string, name: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const unfinished = join(folder, `${name}.unfinished`)
  const file = await open(unfinished, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(unfinished, join(folder, name))
  const directory = await open(folder, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

function nothingYet(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return []
  throw error
}
