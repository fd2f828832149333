import type { Schema } from '../../lib/api'
import { type Channel, channels, isOneOf } from '../../lib/words'

export const targetKinds = ['event', 'notification', 'broadcast'] as const
/** Those that have words; a report is ordered on the page of reports. */
export const namedKinds = [...targetKinds, 'report'] as const
export const isNamed = (kind: string): kind is (typeof namedKinds)[number] => isOneOf(namedKinds, kind)

type Target = Schema['ScheduleTarget']

/** What a schedule causes, while it is being written. */
export interface Aim {
  kind: string
  people: string
  groups: string[]
  segments: string[]
  /** Recipients that are written out: they stay as they are. */
  others: unknown[]
  /** An object of JSON, as typed. */
  data: string
  type: string
  words: 'template' | 'content'
  template: string
  title: string
  body: string
  channels: Channel[]
  category: string
  report: string
  /** The id of the broadcast that is repeated. */
  broadcast: string
  /** What the form has no field for stays as it is. */
  rest: Record<string, unknown>
}

const shown = ['kind', 'to', 'data', 'type', 'template', 'content', 'channels', 'category', 'broadcast']

export function aimOf(target: Target): Aim {
  const to = Array.isArray(target.to) ? (target.to as unknown[]) : []
  const content = record(target.content)
  const named = (name: string) =>
    to.flatMap((each) => (typeof record(each)[name] === 'string' ? [`${record(each)[name]}`] : []))
  const simple = to.filter((each) => typeof each === 'string')
  return {
    kind: target.kind,
    people: simple.join(', '),
    groups: named('group'),
    segments: named('segment'),
    others: to.filter((each) => typeof each !== 'string' && !('group' in record(each)) && !('segment' in record(each))),
    data: target.data === undefined ? '' : JSON.stringify(target.data, null, 2),
    type: text(target.type),
    words: target.content === undefined ? 'template' : 'content',
    template: text(target.template),
    title: text(content.title),
    body: text(content.body ?? content.text),
    channels: (Array.isArray(target.channels) ? target.channels : []).filter((each) => isOneOf(channels, each)),
    category: text(target.category),
    broadcast: text(target.broadcast),
    report: text(target.report),
    rest: Object.fromEntries(
      Object.entries(target).filter(([name]) => !isOneOf(targetKinds, target.kind) || !shown.includes(name)),
    ),
  }
}

const text = (value: unknown) => (typeof value === 'string' ? value : '')
const record = (value: unknown) => (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>

/** Whom it is for, as the API takes it. */
const toOf = ({ people, groups, segments, others }: Aim) => [
  ...people.split(/[\s,;]+/).filter(Boolean),
  ...groups.map((group) => ({ group })),
  ...segments.map((segment) => ({ segment })),
  ...others,
]

/** An object of JSON; nothing when the field is empty, and null when it is no object. */
export function dataOf(typed: string): Record<string, unknown> | undefined | null {
  if (typed.trim() === '') return undefined
  try {
    const read: unknown = JSON.parse(typed)
    return typeof read === 'object' && read !== null && !Array.isArray(read) ? (read as Record<string, unknown>) : null
  } catch {
    return null
  }
}

export function targetOf(aim: Aim): Target {
  if (!isOneOf(targetKinds, aim.kind)) return { ...aim.rest, kind: aim.kind }
  if (aim.kind === 'broadcast') return { ...aim.rest, kind: aim.kind, broadcast: aim.broadcast }
  const data = dataOf(aim.data)
  const common = { ...aim.rest, kind: aim.kind, to: toOf(aim), ...(data ? { data } : {}) }
  if (aim.kind === 'event') return { ...common, type: aim.type.trim() }
  return {
    ...common,
    ...(aim.words === 'template' ? { template: aim.template } : { content: { title: aim.title, body: aim.body } }),
    ...(aim.channels.length > 0 ? { channels: aim.channels } : {}),
    ...(aim.category ? { category: aim.category } : {}),
  }
}
