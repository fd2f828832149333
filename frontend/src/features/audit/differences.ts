/** One place in a document that is not as it was. */
export interface Difference {
  path: string
  before: string | undefined
  after: string | undefined
}

/** Where two documents differ, leaf by leaf, in the order in which they are read. */
export function differences(before: unknown, after: unknown): Difference[] {
  const was = leaves(before)
  const is = leaves(after)
  return [...new Set([...was.keys(), ...is.keys()])]
    .map((path) => ({ path, before: was.get(path), after: is.get(path) }))
    .filter((place) => place.before !== place.after)
}

/** Every leaf with its path as the API writes paths: channels.sms.en.text, steps[0].key. */
function leaves(node: unknown, path = '', found = new Map<string, string>()): Map<string, string> {
  if (node === undefined || node === null) return found
  if (Array.isArray(node) && node.length > 0) {
    for (const [index, child] of node.entries()) leaves(child, `${path}[${index}]`, found)
  } else if (typeof node === 'object' && Object.keys(node).length > 0) {
    for (const [key, child] of Object.entries(node)) leaves(child, path ? `${path}.${key}` : key, found)
  } else {
    found.set(path, typeof node === 'string' ? node : JSON.stringify(node))
  }
  return found
}
