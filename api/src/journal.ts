import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type JournalEntry, type JournalRecord, journalEntry } from '@turnpike/contracts/journal.ts'
import { z } from 'zod'
import type { Journal } from './services/deps.ts'
import { together } from './together.ts'

/**
 * A folder of files, each with the entries that came while the one before was being written: one alone in its own, hundreds a second
 * in few. An entry is on the disk, and the name of its file in the folder, before `append` resolves. Several processes may share a
 * folder: each counts its own entries under its own `deviceId`, and whoever can brings in what another left.
 */
export function openJournal(folder: string, deviceId: string): Journal {
  let sequence = 0
  const waiting = new WaitingEntries()
  const damaged = new Set<string>()
  /** By name: what of each file is not brought in yet. */
  const files = new Map<string, Set<JournalEntry>>()
  const fileOf = new Map<JournalEntry, string>()
  const saving = new Set<string>()

  const saveSoon = together(async (entries: JournalEntry[]) => {
    const [first] = entries
    const name = nameOf(first!)
    saving.add(name)
    try {
      await save(folder, name, JSON.stringify(entries.length === 1 ? first : entries))
      // What was brought in meanwhile is nothing to wait for.
      note(
        name,
        entries.filter((entry) => waiting.has(entry)),
      )
    } finally {
      saving.delete(name)
    }
    await removeDone(name)
  })

  function note(name: string, entries: JournalEntry[]) {
    files.set(name, new Set(entries))
    for (const entry of entries) {
      fileOf.set(entry, name)
      waiting.add(entry)
    }
  }

  async function append(record: JournalRecord): Promise<void> {
    sequence += 1
    const entry: JournalEntry = { version: 1, deviceId, sequence, record }
    waiting.add(entry)
    await saveSoon(entry)
  }

  const isKnown = (name: string) => files.has(name) || saving.has(name) || damaged.has(name)

  async function look(): Promise<void> {
    const before = [...files.keys()]
    const names = new Set(await readdir(folder).catch(nothingYet))
    for (const name of before) {
      if (names.has(name)) continue
      for (const entry of files.get(name) ?? []) drop(entry)
      files.delete(name)
    }
    for (const name of names) {
      if (!name.endsWith('.json') || isKnown(name)) continue
      const text = await readFile(join(folder, name), 'utf8').catch(() => undefined)
      if (text === undefined || isKnown(name)) continue
      const entries = parse(text)
      if (entries?.[0] === undefined || nameOf(entries[0]) !== name) damaged.add(name)
      else note(name, entries)
    }
  }

  async function remove(entry: JournalEntry): Promise<void> {
    const name = drop(entry)
    if (name !== undefined) await removeDone(name)
  }

  function drop(entry: JournalEntry): string | undefined {
    const name = fileOf.get(entry)
    waiting.delete(entry)
    fileOf.delete(entry)
    if (name !== undefined) files.get(name)?.delete(entry)
    return name
  }

  async function removeDone(name: string) {
    if (files.get(name)?.size !== 0) return
    files.delete(name)
    await rm(join(folder, name), { force: true })
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
  readonly #bySite = new Map<string, Set<JournalEntry>>()
  #size = 0

  get size(): number {
    return this.#size
  }

  has(entry: JournalEntry): boolean {
    return this.#bySite.get(entry.record.siteId)?.has(entry) === true
  }

  sites(): string[] {
    return [...this.#bySite.keys()]
  }

  at(siteId: string): Iterable<JournalEntry> {
    return this.#bySite.get(siteId) ?? []
  }

  add(entry: JournalEntry) {
    if (this.has(entry)) return
    const { siteId } = entry.record
    this.#bySite.set(siteId, (this.#bySite.get(siteId) ?? new Set()).add(entry))
    this.#size += 1
  }

  delete(entry: JournalEntry) {
    const ofSite = this.#bySite.get(entry.record.siteId)
    if (ofSite?.delete(entry) !== true) return
    this.#size -= 1
    if (ofSite.size === 0) this.#bySite.delete(entry.record.siteId)
  }
}

const nameOf = ({ deviceId, sequence }: JournalEntry) => `${deviceId}-${String(sequence).padStart(9, '0')}.json`

const stored = z.union([journalEntry.transform((entry) => [entry]), z.array(journalEntry)])

function parse(text: string): JournalEntry[] | undefined {
  try {
    return stored.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** Written beside its place, flushed, and moved there: a name in the folder always has a whole entry behind it. */
async function save(folder: string, name: string, text: string): Promise<void> {
  const unfinished = join(folder, `${name}.unfinished`)
  const file = await openIn(folder, unfinished)
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

async function openIn(folder: string, path: string) {
  const opened = () => open(path, 'w', 0o600)
  return opened().catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    await mkdir(folder, { recursive: true, mode: 0o700 })
    return opened()
  })
}

function nothingYet(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return []
  throw error
}
