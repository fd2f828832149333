import type { Schema } from '../../lib/api'
import type { Channel } from '../../lib/words'

type Preferences = Schema['Preferences']

/** One cell of the matrix: what was chosen there, and what holds in the end. */
export interface Cell {
  /** undefined follows what stands above it. */
  chosen: boolean | undefined
  /** Nothing can be chosen: the category is always on. */
  locked: boolean
  effective: boolean
}

/**
 * The choice for a category on a channel; without a channel, for the whole category.
 * As dispatch reads it: a channel that is off is off for everything, and within a
 * category the choice for the channel stands before the one for the category.
 */
export function cellOf(p: Preferences, category: Schema['Category'], channel?: Channel): Cell {
  const choice = p.categories?.[category.key]
  const locked = category.mandatory
  const whole = locked || (choice?.enabled ?? true)
  if (!channel) return { chosen: choice?.enabled, locked, effective: whole }
  const chosen = choice?.channels?.[channel]
  return { chosen, locked, effective: locked || (channelOn(p, channel) && (chosen ?? whole)) }
}

/** Whether a channel is wanted at all. */
export function channelOn(p: Preferences, channel: Channel): boolean {
  return p.channels?.[channel] ?? true
}

/** The preferences with one cell changed. */
export function withCell(p: Preferences, category: string, channel: Channel | undefined, on: boolean): Preferences {
  const before = p.categories?.[category] ?? {}
  const after = channel ? { ...before, channels: { ...before.channels, [channel]: on } } : { ...before, enabled: on }
  return { ...p, categories: { ...p.categories, [category]: after } }
}

export function withChannel(p: Preferences, channel: Channel, on: boolean): Preferences {
  return { ...p, channels: { ...p.channels, [channel]: on } }
}
