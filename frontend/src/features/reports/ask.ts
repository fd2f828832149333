import type { Search } from '../../lib/search'
import { useShownZone } from '../../lib/time'
import { useSearchWords } from '../../lib/use-search'

/** The filters of the whole page; each report is asked by those it takes. */
export const filterNames = [
  'channel',
  'priority',
  'source',
  'workflow',
  'category',
  'integration',
  'template',
  'tenant',
] as const
export type FilterName = (typeof filterNames)[number]

const minute = 60_000

/** The stretches of time that need no typing: how long, and after how long they are asked again. */
export const spans = {
  '1h': { length: 60 * minute, again: 10_000 },
  '24h': { length: 24 * 60 * minute, again: minute },
  '7d': { days: 7, again: 5 * minute },
  '30d': { days: 30, again: 5 * minute },
  '90d': { days: 90, again: 5 * minute },
} as const
export type Span = keyof typeof spans

/** What the whole page is asked. */
export interface Ask {
  span: Span | undefined
  from: string | undefined
  to: string | undefined
  zone: string
  compare: boolean
  filters: Partial<Record<FilterName, string>>
}

/** Reads it from the address bar. */
export function askOf(search: Search, zone: string): Ask {
  const from = moment(search.from)
  const to = moment(search.to)
  const span = from ? undefined : (search.span ?? '') in spans ? (search.span as Span) : '7d'
  const filters: Ask['filters'] = {}
  for (const name of filterNames) {
    const value = search[name]?.trim()
    if (value) filters[name] = value
  }
  return { span, from, to, zone: search.zone || zone, compare: search.compare === 'previous', filters }
}

function moment(text: string | undefined): string | undefined {
  const at = new Date(text ?? '')
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString()
}

/** The zone of the house, else that of the browser. */
export function useUsualZone(): string {
  return useShownZone() ?? Intl.DateTimeFormat().resolvedOptions().timeZone ?? 'UTC'
}

export function useAsk(): [Ask, Search, ReturnType<typeof useSearchWords>[1]] {
  const [search, setSearch] = useSearchWords()
  return [askOf(search, useUsualZone()), search, setSearch]
}

/** The time that is asked for, as of now. Days begin at midnight in the zone. */
export function times(ask: Ask, now = new Date()): { from: string; to: string } {
  if (!ask.span) return { from: ask.from ?? '', to: ask.to ?? now.toISOString() }
  const span = spans[ask.span]
  if ('length' in span) return { from: new Date(now.getTime() - span.length).toISOString(), to: now.toISOString() }
  return { from: midnight(now, ask.zone, span.days - 1).toISOString(), to: now.toISOString() }
}

/** Midnight so many days ago, by the clocks of a zone. */
export function midnight(now: Date, zone: string, daysAgo: number): Date {
  const [year, month, day] = wall(now, zone)
  const local = Date.UTC(year, month - 1, day - daysAgo)
  // Around a change of the clocks the first guess may be an hour off.
  const guess = local - ahead(local, zone)
  return new Date(local - ahead(guess, zone))
}

function wall(at: Date | number, zone: string): [number, number, number, number, number, number] {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    hourCycle: 'h23',
  }).formatToParts(at)
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0)
  return [of('year'), of('month'), of('day'), of('hour'), of('minute'), of('second')]
}

function ahead(at: number, zone: string): number {
  const [year, month, day, hour, minutes, seconds] = wall(at, zone)
  return Date.UTC(year, month - 1, day, hour, minutes, seconds) - Math.floor(at / 1000) * 1000
}
