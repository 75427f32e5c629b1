import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type JournalEntry, journalEntry } from '@turnpike/contracts/journal.ts'

/** What is written in a folder of a journal, by name of its file. */
export async function entriesIn(folder: string): Promise<JournalEntry[]> {
  const names = (await readdir(folder)).sort()
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
  const lines = texts.flatMap((text) => text.slice(0, `${text}\0`.indexOf('\0')).split('\n'))
  return lines.filter((line) => line !== '').map((line) => journalEntry.parse(JSON.parse(line)))
}

/** Leaves entries of one device as a process does that ended in order: nothing can be added to their file. Says where. */
export async function leaveEntries(folder: string, entries: JournalEntry[]): Promise<string> {
  const path = join(folder, `${entries[0]!.deviceId}-left.jsonl`)
  await writeFile(path, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
  return path
}
