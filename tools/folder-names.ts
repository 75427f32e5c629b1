import { basename } from 'node:path'

const nobodysPlace = /(^|\/)(utils?|helpers?|commons?|misc|shared)(\/|\.[cm]?[jt]sx?$)/
const barrel = /^index\.[cm]?[jt]sx?$/
/** Cloud Functions are found by what this file exports. */
const allowed = ['functions/src/index.ts']

/** A thing lives where its noun lives: folders for leftovers and index files that only pass things on are refused. */
export function folderNameProblems(files: string[]): string[] {
  return files.flatMap((file) => {
    if (nobodysPlace.test(file)) return [`${file}: name the place after the thing that lives there`]
    if (barrel.test(basename(file)) && !allowed.includes(file))
      return [`${file}: import from the file itself, no index`]
    return []
  })
}
