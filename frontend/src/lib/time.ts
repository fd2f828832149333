import { useSyncExternalStore } from 'react'

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
]

/** Making a format costs far more than using one, and a list shows hundreds of times. */
const formats = new Map<string, Intl.DateTimeFormat>()
const distances = new Map<string, Intl.RelativeTimeFormat>()

/** A format in the zone that times are shown in. One that this browser does not know is not used. */
function formatOf(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + house + JSON.stringify(options)
  const format = formats.get(key) ?? made(locale, options)
  formats.set(key, format)
  return format
}

function made(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat(locale, house ? { ...options, timeZone: house } : options)
  } catch {
    return new Intl.DateTimeFormat(locale, options)
  }
}

/** "3 minutes ago", "in 2 hours", "now" for anything under two seconds. */
export function relative(at: Date, now: Date, locale: string): string {
  const seconds = (at.getTime() - now.getTime()) / 1000
  const format = distances.get(locale) ?? new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' })
  distances.set(locale, format)
  if (Math.abs(seconds) < 2) return format.format(0, 'second')
  const [unit, size] = steps.find(([, length]) => Math.abs(seconds) >= length) ?? (['second', 1] as const)
  return format.format(Math.trunc(seconds / size), unit)
}

let house: string | undefined
const watchers = new Set<() => void>()

/** Shows times as the clocks of this zone do; without one, as those of the browser. */
export function showTimesIn(zone: string) {
  if (zone === (house ?? '')) return
  house = zone || undefined
  for (const watch of watchers) watch()
}

/** Draws anew what shows times when they are to be shown in another zone. */
export function useShownZone(): string | undefined {
  return useSyncExternalStore(
    (watch) => {
      watchers.add(watch)
      return () => watchers.delete(watch)
    },
    () => house,
  )
}

/** The full time with zone, for hover and for screen readers. */
export function fullTime(at: Date, locale: string): string {
  return formatOf(locale, { dateStyle: 'full', timeStyle: 'long' }).format(at)
}

/** Clock time with milliseconds, as a timeline needs it. */
export function clockTime(at: Date, locale: string): string {
  return formatOf(locale, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hourCycle: 'h23',
  }).format(at)
}

export function dayAndTime(at: Date, locale: string): string {
  return formatOf(locale, { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' }).format(at)
}

/** The distance between two moments, short: 40 ms, 1.2 s, 3 min. */
export function gap(from: Date, to: Date): string {
  const ms = to.getTime() - from.getTime()
  if (ms < 1000) return `${ms} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`
  if (ms < 86_400_000) return `${Math.round(ms / 3_600_000)} h`
  return `${Math.round(ms / 86_400_000)} d`
}

/** One ticker for all relative times on the page; it rests when none is shown. */
const listeners = new Set<() => void>()
let now = Date.now()
let timer: ReturnType<typeof setInterval> | undefined

function subscribe(listener: () => void) {
  listeners.add(listener)
  if (timer === undefined) {
    now = Date.now()
    timer = setInterval(() => {
      now = Date.now()
      for (const each of listeners) each()
    }, 5000)
  }
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** The present, to five seconds. A time later than the last tick counts as now. */
export function useNow(): Date {
  return new Date(useSyncExternalStore(subscribe, () => now))
}

/** Hours and minutes, as on a phone's clock. */
export function shortTime(at: Date, locale: string): string {
  return formatOf(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at)
}

const wall: Intl.DateTimeFormatOptions = {
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
}

/** How far the clocks that are shown are ahead of UTC at a moment, in ms. */
function ahead(at: number): number {
  const found = Object.fromEntries(
    formatOf('en-US', wall)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  ) as Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', number>
  const { year, month, day, hour, minute, second } = found
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000
}

/** A moment as a datetime-local field wants it, by the clocks that are shown. */
export function localInput(at: Date): string {
  return new Date(at.getTime() + ahead(at.getTime())).toISOString().slice(0, 16)
}

/** The moment that a datetime-local field says; nothing when it says none. */
export function momentOf(field: string): Date | undefined {
  const read = new Date(`${field}Z`).getTime()
  if (Number.isNaN(read)) return undefined
  // Around a change of the clocks the first guess may be an hour off.
  return new Date(read - ahead(read - ahead(read)))
}
