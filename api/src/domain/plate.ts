/** A plate in the forms that the house compares: `plate` is the vehicle's identity, `skeleton` groups look-alikes. */
export type Plate = { raw: string; plate: string; skeleton: string }

// Cyrillic and Greek letters that look like Latin ones, and umlauts, folded before anything is stripped.
const lookAlikes: Record<string, string> = {
  А: 'A', В: 'B', Е: 'E', К: 'K', М: 'M', Н: 'H', О: 'O', Р: 'P', С: 'C', Т: 'T', У: 'Y', Х: 'X', І: 'I', Ј: 'J', Ѕ: 'S',
  Α: 'A', Β: 'B', Ε: 'E', Ζ: 'Z', Η: 'H', Ι: 'I', Κ: 'K', Μ: 'M', Ν: 'N', Ο: 'O', Ρ: 'P', Τ: 'T', Υ: 'Y', Χ: 'X',
  Ä: 'A', Ö: 'O', Ü: 'U',
} // biome-ignore format: a table reads better

const skeletonOf: Record<string, string> = { O: '0', D: '0', Q: '0', I: '1', L: '1', Z: '2', S: '5', B: '8', G: '6' }

/**
 * Normalises what a camera or a person wrote: NFKC, upper case, look-alikes folded, only letters and digits kept, digits as
 * ASCII. Returns undefined when nothing is left, which is not a plate.
 */
export function toPlate(raw: string): Plate | undefined {
  const folded = [...raw.normalize('NFKC').toUpperCase().normalize('NFC')].map((c) => lookAlikes[c] ?? c).join('')
  const plate = [...folded]
    .filter((c) => /[\p{L}\p{Nd}]/u.test(c))
    .map(toAsciiDigit)
    .join('')
  if (plate === '') return undefined
  return { raw, plate, skeleton: [...plate].map((c) => skeletonOf[c] ?? c).join('') }
}

/** Unicode lays every script's decimal digits out in runs of ten, zero first. */
function toAsciiDigit(character: string): string {
  if (!/\p{Nd}/u.test(character) || /[0-9]/.test(character)) return character
  const code = character.codePointAt(0)!
  let zero = code
  while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1
  return String((code - zero) % 10)
}

/** A plate as the mirror may show it: the ends stay, the middle is hidden; a short one keeps its first character only. */
export function maskPlate(plate: string | null): string {
  if (plate === null) return '(erased)'
  const characters = [...plate]
  const kept = characters.length >= 6 ? 2 : characters.length >= 4 ? 1 : 0
  const hidden = '•'.repeat(Math.max(characters.length - 2 * kept, 3))
  return kept === 0
    ? `${characters[0]}${hidden}`
    : characters.slice(0, kept).join('') + hidden + characters.slice(-kept).join('')
}
