import type { Schema } from '../../lib/api'
import type { Channel } from '../../lib/words'

export type Choices = Schema['Preferences']
export type Lock = Schema['PreferenceLock']
/** One switch: a category, a channel, both, or a setting. */
export type Place = Omit<Lock, 'reason'>

/** What was chosen at a switch; undefined follows what stands above it. */
export function chosenAt(p: Choices, place: Place): boolean | undefined {
  const { channel } = place
  const row = rowOf(place)
  if (!row) return channel && p.channels?.[channel]
  const choice = p[row.of]?.[row.key]
  return channel ? choice?.channels?.[channel] : choice?.enabled
}

/** The preferences with one switch changed; undefined takes the choice away. */
export function withChoice(p: Choices, place: Place, on: boolean | undefined): Choices {
  const { channel } = place
  const row = rowOf(place)
  if (!row) return channel ? { ...p, channels: put(p.channels, channel, on) } : p
  const { enabled, ...rest } = p[row.of]?.[row.key] ?? {}
  const before = enabled === undefined ? rest : { ...rest, enabled }
  const after = channel
    ? { ...before, channels: put(before.channels, channel, on) }
    : { ...rest, ...(on === undefined ? {} : { enabled: on }) }
  return { ...p, [row.of]: { ...p[row.of], [row.key]: after } }
}

/** The row a switch is in: a workflow's, else a category's. */
function rowOf({ category, workflow }: Place): { of: 'workflows' | 'categories'; key: string } | undefined {
  if (workflow) return { of: 'workflows', key: workflow }
  return category ? { of: 'categories', key: category } : undefined
}

/** The workflows of which something was said: a choice or a lock. */
export function workflowsIn(p: Choices): string[] {
  const said = Object.entries(p.workflows ?? {}).filter(
    ([, choice]) => choice.enabled !== undefined || Object.keys(choice.channels ?? {}).length > 0,
  )
  const locked = (p.locks ?? []).flatMap(({ workflow }) => (workflow ? [workflow] : []))
  return [...new Set([...said.map(([key]) => key), ...locked])].sort()
}

/** The preferences with how often a category comes; undefined follows the category. */
export function withCadence(p: Choices, category: string, cadence: Schema['Cadence'] | undefined): Choices {
  const { cadence: _, ...rest } = p.categories?.[category] ?? {}
  return { ...p, categories: { ...p.categories, [category]: cadence ? { ...rest, cadence } : rest } }
}

function put(map: Record<string, boolean> | undefined, channel: Channel, on: boolean | undefined) {
  const { [channel]: _, ...others } = map ?? {}
  return on === undefined ? others : { ...others, [channel]: on }
}

const same = (a: Place, b: Place) =>
  a.setting === b.setting && a.category === b.category && a.channel === b.channel && a.workflow === b.workflow

export const lockAt = (p: Choices, place: Place): Lock | undefined => p.locks?.find((lock) => same(lock, place))

/** The preferences with a lock set, or without it when no reason is given. */
export function withLock(p: Choices, place: Place, reason: string | undefined): Choices {
  const others = (p.locks ?? []).filter((lock) => !same(lock, place))
  return { ...p, locks: reason === undefined ? others : [...others, { ...place, reason }] }
}
