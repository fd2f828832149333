/** What the address bar holds after the question mark: words only, never JSON. */
export type Search = Record<string, string>

export function parseSearch(text: string): Search {
  const found: Search = {}
  for (const [key, value] of new URLSearchParams(text)) {
    if (value !== '') found[key] = value
  }
  return found
}

export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams()
  for (const [key, value] of Object.entries(search)) {
    if (value !== undefined && value !== null && value !== '') params.set(key, String(value))
  }
  // A comma separates the choices of one filter; leave it readable.
  const text = params.toString().replaceAll('%2C', ',').replaceAll('%3A', ':')
  return text === '' ? '' : `?${text}`
}
