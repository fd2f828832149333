interface Place {
  line: number
  column: number
}

interface Read {
  data?: Record<string, unknown>
  /** Where the text stops being a JSON object, where the browser says so. */
  at?: Place
}

/** Reads a text as a JSON object. */
export function readObject(text: string): Read {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return { data: value as Record<string, unknown> }
    }
    return { at: { line: 1, column: 1 } }
  } catch (error) {
    const at = placeOf(String(error), text)
    return at ? { at } : {}
  }
}

/** Browsers name the place as line and column, as a position, by quoting what is wrong there, or as the end. */
function placeOf(message: string, text: string): Place | undefined {
  const named = /line (\d+) column (\d+)/.exec(message)
  if (named) return { line: Number(named[1]), column: Number(named[2]) }
  const position = /position (\d+)/.exec(message)?.[1]
  if (position !== undefined) return placeAt(text, Number(position))
  if (/end of JSON|EOF|unterminated/i.test(message)) return placeAt(text, text.length)
  // A text that is short is quoted whole, with the token that is wrong; its first mention outside quotes is the place.
  const token = /Unexpected token '?(.)'?,/.exec(message)?.[1]
  const bare = text.replace(/"(?:[^"\\\n]|\\.)*"/g, (quoted) => ' '.repeat(quoted.length))
  const found = token === undefined ? -1 : bare.indexOf(token)
  return found < 0 ? undefined : placeAt(text, found)
}

function placeAt(text: string, position: number): Place {
  const before = text.slice(0, position).split('\n')
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 }
}
