const date = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?$/

/** What a value is, by the same rules as the server: a date is a text that is written like one. */
export function kindOf(value: unknown): 'string' | 'number' | 'boolean' | 'date' | 'list' | 'object' | 'none' {
  if (value === null || value === undefined) return 'none'
  if (Array.isArray(value)) return 'list'
  if (typeof value === 'object') return 'object'
  if (typeof value === 'number') return 'number'
  if (typeof value === 'boolean') return 'boolean'
  const text = String(value)
  return date.test(text) && !Number.isNaN(Date.parse(text)) ? 'date' : 'string'
}

/** A day of the calendar, which is the same day everywhere. */
export const dayText = (day: string, language: string): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`))
