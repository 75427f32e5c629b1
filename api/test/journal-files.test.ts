import { randomUUID } from 'node:crypto'
import { constants, existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, readlink, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JournalRecord } from '@turnpike/contracts/journal.ts'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { openJournal } from '../src/journal.ts'
import { entriesIn } from './journal-folder.ts'

/* What is on the disk, and who adds to it, reads it and removes it. */

const siteId = randomUUID()

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'turnpike-journal-'))
  onTestFinished(() => rm(folder, { recursive: true }))
})

function open(options: Parameters<typeof openJournal>[2] = {}) {
  const deviceId = randomUUID()
  const journal = openJournal(folder, deviceId, options)
  onTestFinished(() => journal.close())
  const held = () => [...journal.heldAt(siteId)]
  return { ...journal, deviceId, held, told: () => held().map(({ record }) => record.requestId) }
}

/** Told apart by its request. */
function passage(requestId: string): JournalRecord {
  const at = '2026-03-10T09:00:00.000Z'
  return { kind: 'passage', siteId, gateId: randomUUID(), requestId, at, report: { kind: 'passed', occurredAt: at } }
}

const only = async () => {
  const names = await readdir(folder)
  expect(names).toHaveLength(1)
  return join(folder, names[0]!)
}

async function seemsAbandoned() {
  const long = new Date(Date.now() - 61_000)
  await utimes(await only(), long, long)
}

const written = async () => (await entriesIn(folder)).map(({ record }) => record.requestId)

describe('a process', () => {
  test('adds to one file in the order of what comes, and has it on the disk before it says so', async () => {
    const { append } = open()
    await append(passage('one'))
    expect(await written()).toEqual(['one'])
    await Promise.all(['two', 'three', 'four'].map((each) => append(passage(each))))
    await only()
    expect(await written()).toEqual(['one', 'two', 'three', 'four'])
  })

  // Only Linux tells how a file is open.
  test.runIf(existsSync('/proc/self/fdinfo'))(
    'writes through to the disk: no power cut takes what it has said',
    async () => {
      const { append } = open()
      await append(passage('one'))
      const [file, flagsOfOpen] = [await only(), [] as number[]]
      for (const descriptor of await readdir('/proc/self/fd')) {
        if ((await readlink(`/proc/self/fd/${descriptor}`).catch(() => '')) !== file) continue
        const [, flags] = /^flags:\s*([0-7]+)/m.exec(await readFile(`/proc/self/fdinfo/${descriptor}`, 'utf8'))!
        flagsOfOpen.push(Number.parseInt(flags!, 8))
      }
      expect(flagsOfOpen).toHaveLength(1)
      expect(flagsOfOpen[0]! & constants.O_DSYNC).toBe(constants.O_DSYNC)
    },
  )

  test('begins another file when one is full, and removes each once the last of it is brought in', async () => {
    const { append, held, remove } = open({ fileBytes: 600 })
    for (const each of ['one', 'two', 'three', 'four', 'five']) await append(passage(each))
    const before = await readdir(folder)
    expect(before.length).toBeGreaterThan(1)
    expect(await written()).toEqual(['one', 'two', 'three', 'four', 'five'])
    for (const entry of held().slice(0, -1)) await remove(entry)
    expect(await written()).toEqual(['five'])
    expect(await readdir(folder)).toEqual(before.slice(-1))
  })

  test('takes a record that is larger than a file', async () => {
    const { append } = open({ fileBytes: 10 })
    await append(passage('one'))
    await append(passage('two'))
    expect(await written()).toEqual(['one', 'two'])
  })

  test('keeps the file of which all is brought in for what comes next, and removes it once nothing has come for a while', async () => {
    const { append, held, remove, look } = open({ keptMs: 300 })
    await append(passage('one'))
    const first = await only()
    await remove(held()[0]!)
    await append(passage('two'))
    expect(await only()).toBe(first)
    await expect.poll(() => look().then(() => readdir(folder))).toHaveLength(1)
    await remove(held()[0]!)
    await expect.poll(() => look().then(() => readdir(folder))).toEqual([])
    await append(passage('three'))
    expect(await written()).toEqual(['three'])
  })

  test('whose folder is removed while it runs makes another', async () => {
    const { append } = open()
    await append(passage('one'))
    await rm(folder, { recursive: true })
    await append(passage('two'))
    expect(await written()).toEqual(['two'])
  })

  test('holds what could not be saved, and saves what comes once the disk is well again', async () => {
    const { append, told, look } = open()
    await append(passage('one'))
    await rm(folder, { recursive: true })
    await writeFile(folder, 'no folder any more')
    await expect(append(passage('two'))).rejects.toThrow('ENOTDIR')
    await rm(folder)
    await append(passage('three'))
    expect(told()).toEqual(['one', 'two', 'three'])
    expect(await written()).toEqual(['three'])
    await look()
    expect(told()).toEqual(['two', 'three'])
  })
})

describe('of the file of another process', () => {
  test('all that is whole is known after a look, also what was added since the last; its process keeps it', async () => {
    const writer = open()
    const reader = open()
    for (const each of ['one', 'two', 'three']) {
      await writer.append(passage(each))
      await reader.look()
    }
    expect(reader.told()).toEqual(['one', 'two', 'three'])
    for (const entry of reader.held()) await reader.remove(entry)
    await reader.look()
    expect(reader.told()).toEqual([])
    expect(await written()).toEqual(['one', 'two', 'three'])
    await writer.append(passage('four'))
    await reader.look()
    expect(reader.told()).toEqual(['four'])
  })

  test('which has ended in order, whoever brings the last of it in removes it, and the others know', async () => {
    const writer = open()
    for (const each of ['one', 'two']) await writer.append(passage(each))
    await writer.close()
    const [reader, other] = [open(), open()]
    await reader.look()
    await other.look()
    for (const entry of reader.held()) await reader.remove(entry)
    expect(await readdir(folder)).toEqual([])
    await other.look()
    expect(other.size()).toBe(0)
  })

  test('which has died, it is removed once it is brought in and nobody has touched it for a minute', async () => {
    await open().append(passage('one'))
    const reader = open()
    await reader.look()
    await reader.remove(reader.held()[0]!)
    await reader.look()
    await only()
    await seemsAbandoned()
    await reader.look()
    expect(await readdir(folder)).toEqual([])
  })

  test('which lives and has nothing to add, it is never taken for abandoned', async () => {
    const writer = open()
    await writer.append(passage('one'))
    await seemsAbandoned()
    await writer.look()
    const reader = open()
    await reader.look()
    await reader.remove(reader.held()[0]!)
    await reader.look()
    await only()
  })

  test('which was only held up, nothing is lost that it adds after its file was taken', async () => {
    const writer = open()
    await writer.append(passage('one'))
    const path = await only()
    await rename(path, path.replace(/\.jsonl$/, '.left.jsonl'))
    await writer.append(passage('two'))
    expect(new Set(await written())).toEqual(new Set(['one', 'two']))
    expect(await readdir(folder)).toHaveLength(2)

    const reader = open()
    await reader.look()
    for (const entry of reader.held()) await reader.remove(entry)
    expect(await readdir(folder)).toHaveLength(1)
    expect(await written()).toEqual(['two'])
  })

  test('the line at which the power went is nobody’s answer; what stands before it counts', async () => {
    const writer = open()
    for (const each of ['one', 'two']) await writer.append(passage(each))
    const path = await only()
    const text = await readFile(path, 'utf8')
    const end = text.indexOf('\0')
    await writeFile(path, `${text.slice(0, end - 20)}${'\0'.repeat(text.length - end + 20)}`)
    const reader = open()
    await reader.look()
    expect(reader.told()).toEqual(['one'])
    expect(reader.damaged()).toBe(0)
  })

  test('a line that nobody can read is counted, and its file stays for somebody to look at', async () => {
    const writer = open()
    for (const each of ['one', 'two', 'three']) await writer.append(passage(each))
    await writer.close()
    const path = await only()
    await writeFile(path, (await readFile(path, 'utf8')).replace('"two"', '"two'))
    const reader = open()
    await reader.look()
    expect(reader.told()).toEqual(['one', 'three'])
    expect(reader.damaged()).toBe(1)
    for (const entry of reader.held()) await reader.remove(entry)
    await reader.look()
    await only()
    expect(reader.damaged()).toBe(1)
  })
})
