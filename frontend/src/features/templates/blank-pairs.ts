/** A blank and what fills it in. Its key may be empty or there twice while it is being typed. */
export interface Pair {
  key: string
  value: string
}

export const pairsOf = (data: Record<string, string>): Pair[] =>
  Object.entries(data).map(([key, value]) => ({ key, value }))

/** What is saved: blanks with a key, the last of those with the same. */
export const recordOf = (pairs: readonly Pair[]): Record<string, string> =>
  Object.fromEntries(pairs.filter(({ key }) => key.trim()).map(({ key, value }) => [key.trim(), value]))

export function sameRecord(a: Record<string, string>, b: Record<string, string>): boolean {
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key])
}
