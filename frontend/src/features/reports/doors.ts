import type { Door } from '../../lib/doors'
import type { Search } from '../../lib/search'
import type { ReportAnswer, ReportColumn, Row } from './api'
import type { Ask } from './ask'

/** What a figure's door needs to know besides its row. */
export interface Place {
  ask: Ask
  answer: ReportAnswer
  group: string | undefined
}

/** The filters that lists of messages know by the names that reports have. */
const listed = new Set([
  'channel',
  'source',
  'priority',
  'workflow',
  'category',
  'status',
  'integration',
  'template',
  'tenant',
  'recipient',
  'skip_reason',
  'error_code',
])
const paths: Partial<Record<string, string>> = {
  messages: '/messages',
  'dead-letters': '/failures',
  suppressions: '/suppressions',
}

/** The list behind a figure, with the filters and the time of the page; none where no list can say it. */
export function doorOf(column: ReportColumn, row: Row, { ask, answer, group }: Place): Door | undefined {
  const opens = column.opens
  if (!opens) return undefined
  const from = opens.from ?? {}
  if (opens.list === 'recipients') return { to: `/recipients/${encodeURIComponent(String(row[from.id ?? ''] ?? ''))}` }
  const path = paths[opens.list]
  if (!path) return undefined
  const time = bucketOf(row, answer, from.at)
  const search: Search = opens.list === 'suppressions' ? {} : { ...ask.filters, ...time }
  Object.assign(search, opens.with ?? {})
  for (const [name, source] of Object.entries(from)) {
    if (name === 'at') continue
    const filter = name === '$group' ? (group ?? '') : name
    const value = String(row[source] ?? '')
    const needed = name === '$group'
    const known = opens.list === 'suppressions' ? filter === 'reason' || filter === 'channel' : listed.has(filter)
    if (value === '' || value === rest || !known) {
      if (needed) return undefined
      continue
    }
    search[filter] = value
  }
  return { to: path, search }
}

/** The name under which the smaller groups of a series are counted. */
export const rest = '(other)'

function bucketOf(row: Row, answer: ReportAnswer, column: string | undefined): Search {
  const at = column ? row[column] : null
  if (typeof at !== 'string') return { from: answer.from, to: answer.to }
  const places = answer.rows.map(([first]) => String(first))
  const next = places.find((place) => place > at) ?? answer.to
  const [from, to] = [[answer.from, at].sort().at(-1), [answer.to, next].sort()[0]]
  return { from: from ?? at, to: to ?? next }
}
