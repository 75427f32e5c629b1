import { type JournalEntry, type JournalRecord, journalEntry } from '@turnpike/contracts/journal.ts'
import { createFile, type GrowingFile, listFiles, nameFile, readLines, removeFile, takeOver } from './journal-file.ts'
import type { Journal } from './services/deps.ts'
import { together } from './together.ts'

type Options = {
  /** How much one file takes before the next is begun. */
  fileBytes?: number
  /** For how long a file of which everything is brought in is kept for what may come next. */
  keptMs?: number
}

/** What is known of a file. */
type KnownFile = {
  waiting: Set<JournalEntry>
  readTo: number
  /** Another process may add to it. */
  mayGrow: boolean
  isDamaged: boolean
}

/**
 * A folder of files, to which entries are added in the order in which they come; those that come while the disk is busy go there
 * together. An entry is on the disk before `append` resolves. Several processes may share a folder: each writes files of its own,
 * under its own `deviceId`, and whoever can brings in what another left.
 */
export function openJournal(
  folder: string,
  deviceId: string,
  { fileBytes = 4 * 1024 * 1024, keptMs = 10_000 }: Options = {},
): Journal {
  let sequence = 0
  const waiting = new WaitingEntries()
  const files = new Map<string, KnownFile>()
  const fileOf = new Map<JournalEntry, string>()
  /** The file to which this process adds. Its `growing` is absent while it is made. */
  let mine: { name: string; growing?: GrowingFile; usedAt: number } | undefined
  let filesMade = 0
  let isSaving = false

  const saveSoon = together(async (entries: JournalEntry[]) => {
    isSaving = true
    try {
      const name = await save(Buffer.from(entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')))
      // What was brought in meanwhile is nothing to wait for.
      for (const entry of entries) if (waiting.has(entry)) note(name, entry)
    } catch (error) {
      // What is in it now is not known.
      await endMine().catch(() => {})
      throw error
    } finally {
      isSaving = false
    }
    await removeUsed()
  })

  /** Says in which file it is. */
  async function save(text: Buffer): Promise<string> {
    if (mine?.growing?.hasRoomFor(text)) {
      mine.usedAt = performance.now()
      if (await mine.growing.append(text)) return mine.name
    }
    await endMine()
    const begun = await begin(text.length)
    await begun.growing.append(text)
    return begun.name
  }

  async function begin(leastBytes: number) {
    filesMade += 1
    const name = nameFile(deviceId, filesMade)
    mine = { name, usedAt: performance.now() }
    files.set(name, nothingOf({ mayGrow: false }))
    const growing = await createFile(folder, name, Math.max(fileBytes, leastBytes))
    mine.growing = growing
    return { name, growing }
  }

  async function endMine() {
    const ended = mine
    mine = undefined
    if (ended === undefined) return
    await ended.growing?.end()
    await removeDone(ended.name)
  }

  /** Where nothing has come for a while, and nothing waits. */
  async function removeUsed() {
    if (mine === undefined || isSaving || files.get(mine.name)?.waiting.size !== 0) return
    if (performance.now() - mine.usedAt >= keptMs) await endMine()
  }

  function note(name: string, entry: JournalEntry) {
    files.get(name)?.waiting.add(entry)
    fileOf.set(entry, name)
    waiting.add(entry)
  }

  async function append(record: JournalRecord): Promise<void> {
    sequence += 1
    const entry: JournalEntry = { version: 1, deviceId, sequence, record }
    waiting.add(entry)
    await saveSoon(entry)
  }

  const look = together(async () => {
    const names = await listFiles(folder)
    for (const [name, file] of files) {
      if (names.has(name) || name === mine?.name) continue
      for (const entry of file.waiting) drop(entry)
      files.delete(name)
    }
    for (const name of names) if (name !== mine?.name) await readOn(name)
    await mine?.growing?.touch()
    await removeUsed()
  })

  async function readOn(name: string): Promise<void> {
    const file = files.get(name) ?? nothingOf({ mayGrow: true })
    if (!file.mayGrow) return
    const read = await readLines(folder, name, file.readTo)
    if (read === undefined) return
    files.set(name, Object.assign(file, { readTo: read.to, mayGrow: read.mayGrow }))
    for (const line of read.lines) {
      const entry = parse(line)
      if (entry === undefined || !name.startsWith(entry.deviceId)) file.isDamaged = true
      else note(name, entry)
    }
    if (!read.mayGrow) return removeDone(name)
    if (!read.isAbandoned || file.waiting.size > 0) return
    const left = await takeOver(folder, name)
    files.delete(name)
    if (left === undefined) return
    files.set(left, file)
    await readOn(left)
  }

  async function remove(entry: JournalEntry): Promise<void> {
    const name = drop(entry)
    if (name === undefined) return
    await removeDone(name)
    await removeUsed()
  }

  function drop(entry: JournalEntry): string | undefined {
    const name = fileOf.get(entry)
    waiting.delete(entry)
    fileOf.delete(entry)
    if (name !== undefined) files.get(name)?.waiting.delete(entry)
    return name
  }

  async function removeDone(name: string) {
    const file = files.get(name)
    if (file === undefined || name === mine?.name || file.mayGrow || file.isDamaged || file.waiting.size > 0) return
    files.delete(name)
    await removeFile(folder, name)
  }

  return {
    append,
    look: () => look(undefined),
    remove,
    sites: () => waiting.sites(),
    heldAt: (siteId) => waiting.at(siteId),
    size: () => waiting.size,
    damaged: () => [...files.values()].filter(({ isDamaged }) => isDamaged).length,
    close: endMine,
  }
}

const nothingOf = ({ mayGrow }: { mayGrow: boolean }): KnownFile => ({
  waiting: new Set(),
  readTo: 0,
  mayGrow,
  isDamaged: false,
})

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

function parse(line: string): JournalEntry | undefined {
  try {
    return journalEntry.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}
