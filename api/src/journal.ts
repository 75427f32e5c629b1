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
  const waiting = new Map<string, JournalEntry>()
  const unsaved = new Set<string>()
  const damaged = new Set<string>()

  async function append(record: JournalRecord): Promise<void> {
    sequence += 1
    const entry: JournalEntry = { version: 1, deviceId, sequence, record }
    const name = nameOf(entry)
    unsaved.add(name)
    waiting.set(name, entry)
    await save(folder, name, JSON.stringify(entry))
    unsaved.delete(name)
  }

  async function look(): Promise<JournalEntry[]> {
    const before = [...waiting.keys()].filter((name) => !unsaved.has(name))
    const names = new Set(await readdir(folder).catch(nothingYet))
    for (const name of before) if (!names.has(name)) waiting.delete(name)
    for (const name of names) {
      if (!name.endsWith('.json') || waiting.has(name) || damaged.has(name)) continue
      const text = await readFile(join(folder, name), 'utf8').catch(() => undefined)
      if (text === undefined) continue
      const entry = parse(text)
      if (entry === undefined || nameOf(entry) !== name) damaged.add(name)
      else waiting.set(name, entry)
    }
    return [...waiting.values()].sort(inOrder)
  }

  async function remove(entry: JournalEntry): Promise<void> {
    const name = nameOf(entry)
    await rm(join(folder, name), { force: true })
    waiting.delete(name)
    unsaved.delete(name)
  }

  return { append, look, remove, held: () => waiting.values(), size: () => waiting.size, damaged: () => damaged.size }
}

const nameOf = ({ deviceId, sequence }: JournalEntry) => `${deviceId}-${String(sequence).padStart(9, '0')}.json`

function inOrder(a: JournalEntry, b: JournalEntry): number {
  return a.record.at.localeCompare(b.record.at) || a.deviceId.localeCompare(b.deviceId) || a.sequence - b.sequence
}

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
