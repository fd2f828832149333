import type { Entry } from './api'

export const views = ['month', 'week', 'list', 'day'] as const
export type View = (typeof views)[number]

/** A day as 2026-11-22, whatever the zone. */
export type Day = string

const ms = (day: Day) => Date.parse(`${day}T00:00:00Z`)
const dayAt = (time: number): Day => new Date(time).toISOString().slice(0, 10)

export const isDay = (text: string) =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(ms(text)) && dayAt(ms(text)) === text
export const addDays = (day: Day, count: number): Day => dayAt(ms(day) + count * 86_400_000)

/** The same day of another month, or its last when it has none. */
export function addMonths(day: Day, count: number): Day {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const last = new Date(Date.UTC(year, month + count, 0)).getUTCDate()
  return dayAt(Date.UTC(year, month - 1 + count, Math.min(date, last)))
}

/** The Monday of its week. */
export const weekOf = (day: Day): Day => addDays(day, -((new Date(ms(day)).getUTCDay() + 6) % 7))
export const monthOf = (day: Day): Day => `${day.slice(0, 8)}01`

/** The days a view shows: of a month the whole weeks it lies in. */
export function daysOf(view: View, day: Day): Day[] {
  if (view === 'day') return [day]
  if (view === 'week') return Array.from({ length: 7 }, (_, place) => addDays(weekOf(day), place))
  const first = monthOf(day)
  const next = addMonths(first, 1)
  const [from, to] = view === 'list' ? [first, next] : [weekOf(first), addDays(weekOf(addDays(next, -1)), 7)]
  return Array.from({ length: (ms(to) - ms(from)) / 86_400_000 }, (_, place) => addDays(from, place))
}

/** The same view one step on or back. */
export function step(view: View, day: Day, by: 1 | -1): Day {
  if (view === 'day') return addDays(day, by)
  return view === 'week' ? addDays(day, 7 * by) : addMonths(day, by)
}

const formats = new Map<string, Intl.DateTimeFormat>()
function wall(zone: string): Intl.DateTimeFormat {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('sv-SE', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
  formats.set(zone, format)
  return format
}

/** What the clocks of a zone show at a moment. */
const shown = (at: number, zone: string) => wall(zone).format(at).replace(' ', 'T')
export const dayIn = (at: Date, zone: string): Day => shown(at.getTime(), zone).slice(0, 10)
export const clockIn = (at: Date, zone: string): string => shown(at.getTime(), zone).slice(11, 16)

/** The first moment of a day. Where clocks are set forward at midnight it is not 00:00. */
export function startOf(day: Day, zone: string): Date {
  const ahead = (at: number) => Date.parse(`${shown(at, zone)}Z`) - at
  const guess = ms(day)
  let at = guess - ahead(guess - ahead(guess))
  while (shown(at, zone) < `${day}T00:00:00`) at += 1_800_000
  return new Date(at)
}

export const isZone = (zone: string): boolean => {
  try {
    wall(zone)
    return true
  } catch {
    return false
  }
}

/** What one schedule or broadcast does on a day, however often. */
export interface Line {
  key: string
  entry: Entry
  times: number
  last: string
}

/** The entries by day, those of one schedule on a day together: the first says when, the worst how it went. */
export function linesOf(entries: Entry[], zone: string): Map<Day, Line[]> {
  const days = new Map<Day, Map<string, Line>>()
  for (const entry of entries) {
    // What each recipient's own clock shows stands on the day that all of them show.
    const day = entry.wall?.slice(0, 10) ?? dayIn(new Date(entry.at), zone)
    const lines = days.get(day) ?? new Map<string, Line>()
    days.set(day, lines)
    const line = lines.get(entry.id)
    if (!line) {
      lines.set(entry.id, { key: `${day} ${entry.id}`, entry, times: 1, last: entry.at })
      continue
    }
    line.times += 1
    line.last = entry.at
    if (entry.status === 'failed') line.entry = { ...line.entry, status: 'failed' }
    if (entry.note && !line.entry.note) line.entry = { ...line.entry, note: entry.note }
  }
  return new Map([...days].map(([day, lines]) => [day, [...lines.values()]]))
}
