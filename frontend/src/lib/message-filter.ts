import type { paths } from './api-schema.gen'
import type { Search } from './search'
import { channels, holdReasons, isOneOf, priorities, skipReasons, statuses } from './words'

/** The words of GET /v1/messages, which replay and discard take as well. */
export type MessageFilter = Omit<NonNullable<paths['/v1/messages']['get']['parameters']['query']>, 'limit' | 'after'>

/** Filters that hold one free word. */
const words = [
  'source',
  'workflow',
  'category',
  'recipient',
  'group',
  'template',
  'integration',
  'tenant',
  'trace_id',
  'event',
  'broadcast',
  'error_code',
  'q',
] as const

/** Reads the filter from the address bar. What is not a known choice is left out, never sent. */
export function messageFilterOf(search: Search): MessageFilter {
  const filter: MessageFilter = {}
  const status = choices(statuses, search.status)
  const channel = choices(channels, search.channel)
  const priority = choices(priorities, search.priority)
  if (status.length > 0) filter.status = status
  if (channel.length > 0) filter.channel = channel
  if (priority.length > 0) filter.priority = priority
  if (search.skip_reason && isOneOf(skipReasons, search.skip_reason)) filter.skip_reason = search.skip_reason
  if (search.held_for && isOneOf(holdReasons, search.held_for)) filter.held_for = search.held_for
  for (const word of words) {
    const value = search[word]?.trim()
    if (value) filter[word] = value
  }
  const from = moment(search.from)
  const to = moment(search.to)
  if (from) filter.from = from
  if (to) filter.to = to
  return filter
}

/** Writes the filter for the address bar; reading it back gives the same filter. */
export function searchOf(filter: MessageFilter): Search {
  const search: Search = {}
  for (const [key, value] of Object.entries(filter)) {
    const text = Array.isArray(value) ? value.join(',') : value
    if (text) search[key] = text
  }
  return search
}

/** The names of the filters in use, in a stable order. */
export function filtersInUse(filter: MessageFilter): (keyof MessageFilter)[] {
  return (Object.keys(filter) as (keyof MessageFilter)[]).filter((key) => {
    const value = filter[key]
    return Array.isArray(value) ? value.length > 0 : Boolean(value)
  })
}

function choices<T extends string>(list: readonly T[], text: string | undefined): T[] {
  const chosen = new Set((text ?? '').split(','))
  return list.filter((word) => chosen.has(word))
}

/** A time of the address bar as the server wants it; undefined when it is none. */
function moment(text: string | undefined): string | undefined {
  if (!text) return undefined
  const at = new Date(text)
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString()
}
