/** The characters of a plate, each with whether it is another one than `other` has there. */
export function plateDiff(plate: string, other: string): { character: string; differs: boolean }[] {
  const [mine, theirs] = [[...plate], [...other]]
  return mine.map((character, index) => ({ character, differs: theirs[index] !== character }))
}
