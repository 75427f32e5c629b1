/** Every order of what is in a list. */
export const permutations = <T>(list: T[]): T[][] =>
  list.length < 2
    ? [list]
    : list.flatMap((each, n) => permutations(list.toSpliced(n, 1)).map((rest) => [each, ...rest]))
