import { constants } from 'node:fs'
import { access, type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

/*
 * The files of a journal: entries, each a line of JSON, and zeros behind them for as long as its process may add to it. To add is
 * then to overwrite zeros: one write that returns when the disk has it, and nothing about the file itself has to be stored. A new
 * or longer file each time made a disk, and Postgres on the same one, wait for the file system's own log.
 */

const ending = '.jsonl'
const leftEnding = `.left${ending}`

/** Nobody has added to the file, nor touched it, for so long: its process has ended without a word. */
const abandonedMs = 60_000

const chunkBytes = 64 * 1024

export function nameFile(deviceId: string, number: number): string {
  return `${deviceId}-${String(number).padStart(6, '0')}${ending}`
}

/** The names of all files of the journal, none where there is no folder yet. */
export async function listFiles(folder: string): Promise<Set<string>> {
  const names = await readdir(folder).catch(nothingYet)
  return new Set(names.filter((name) => name.endsWith(ending)))
}

/** Makes a file of zeros, which is there after a power cut as well. */
export async function createFile(folder: string, name: string, bytes: number): Promise<GrowingFile> {
  const path = join(folder, name)
  const file = await openIn(folder, path)
  try {
    await file.writeFile(Buffer.alloc(bytes))
    await syncFolder(folder)
    return new GrowingFile(path, file, bytes)
  } catch (error) {
    await file.close()
    await removeFile(folder, name)
    throw error
  }
}

/** A file to which this process adds. One thing at a time. */
export class GrowingFile {
  readonly #path: string
  readonly #file: FileHandle
  readonly #bytes: number
  #written = 0

  constructor(path: string, file: FileHandle, bytes: number) {
    this.#path = path
    this.#file = file
    this.#bytes = bytes
  }

  hasRoomFor(text: Buffer): boolean {
    return this.#written + text.length <= this.#bytes
  }

  /** Resolves once it would survive a power cut; false where another process took the file for abandoned and may have read it before. */
  async append(text: Buffer): Promise<boolean> {
    const { bytesWritten } = await this.#file.write(text, 0, text.length, this.#written)
    if (bytesWritten !== text.length) throw new Error(`only ${bytesWritten} of ${text.length} bytes could be written`)
    this.#written += text.length
    return access(this.#path).then(
      () => true,
      () => false,
    )
  }

  /** Shows the others that its process lives. */
  async touch(): Promise<void> {
    const now = new Date()
    await this.#file.utimes(now, now)
  }

  /** Nothing more is added to it: whoever brings the last of it in may remove it. */
  async end(): Promise<void> {
    await this.#file.truncate(this.#written).finally(() => this.#file.close())
  }
}

export type Lines = {
  lines: string[]
  /** How far into the file they go: what is there may be read on from. */
  to: number
  /** Whether its process may add to it. */
  mayGrow: boolean
  isAbandoned: boolean
}

/**
 * What stands in a file behind its first `from` bytes. A line without an end in a file that may grow is half written, or was when the
 * power went: its answer was never given. Undefined: the file is gone.
 */
export async function readLines(folder: string, name: string, from: number): Promise<Lines | undefined> {
  const file = await open(join(folder, name), 'r').catch(gone)
  if (file === undefined) return undefined
  try {
    const { size, mtimeMs } = await file.stat()
    const { written, hasRoom } = await readWritten(file, from, size)
    const whole = hasRoom ? written.subarray(0, written.lastIndexOf('\n') + 1) : written
    return {
      lines: whole
        .toString()
        .split('\n')
        .filter((line) => line !== ''),
      to: from + whole.length,
      mayGrow: hasRoom && !name.endsWith(leftEnding),
      isAbandoned: Date.now() - mtimeMs > abandonedMs,
    }
  } finally {
    await file.close()
  }
}

async function readWritten(file: FileHandle, from: number, size: number) {
  const parts: Buffer[] = []
  for (let at = from; at < size; at += chunkBytes) {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(chunkBytes), 0, chunkBytes, at)
    const chunk = buffer.subarray(0, bytesRead)
    const end = chunk.indexOf(0)
    parts.push(end === -1 ? chunk : chunk.subarray(0, end))
    if (end !== -1) return { written: Buffer.concat(parts), hasRoom: true }
  }
  return { written: Buffer.concat(parts), hasRoom: false }
}

/**
 * Takes a file from a process that seems to have ended. Should it only have been held up, it finds its file gone after it has
 * written, and writes once more elsewhere: whoever took the file reads it once more after this. Undefined: somebody was faster.
 */
export async function takeOver(folder: string, name: string): Promise<string | undefined> {
  const left = name.slice(0, -ending.length) + leftEnding
  const isTaken = await rename(join(folder, name), join(folder, left)).then(() => true, gone)
  return isTaken ? left : undefined
}

export function removeFile(folder: string, name: string): Promise<void> {
  return rm(join(folder, name), { force: true })
}

/** Every write to it returns once the disk has it. */
async function openIn(folder: string, path: string): Promise<FileHandle> {
  const { O_RDWR, O_CREAT, O_EXCL, O_DSYNC } = constants
  const opened = () => open(path, O_RDWR | O_CREAT | O_EXCL | O_DSYNC, 0o600)
  return opened().catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    await mkdir(folder, { recursive: true, mode: 0o700 })
    return opened()
  })
}

async function syncFolder(folder: string) {
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

function gone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
