import type { Schema } from '../../lib/api'

type Integration = Schema['Integration']

/** One account in the order of its channel; `shared` when it shares the traffic with the one above. */
export interface Line {
  account: Integration
  shared: boolean
}

/** The accounts of a channel in their order. */
export function linesOf(accounts: Integration[]): Line[] {
  const sorted = accounts.toSorted((a, b) => a.order - b.order || a.id.localeCompare(b.id))
  return sorted.map((account, at) => ({ account, shared: at > 0 && sorted[at - 1]?.order === account.order }))
}

/** The accounts with the order that the lines mean. */
export function placesOf(lines: Line[]): Integration[] {
  let order = -1
  return lines.map(({ account, shared }) => {
    if (!shared || order < 0) order += 1
    return { ...account, order }
  })
}

/** The lines with one moved; it shares with nobody until that is asked for. */
export function moved(lines: Line[], from: number, to: number): Line[] {
  const next = lines.map((line, at) => (at === from ? { ...line, shared: false } : line))
  // Whoever shared with the one that leaves keeps the place it had.
  const below = next[from + 1]
  if (below && !lines[from]?.shared) next[from + 1] = { ...below, shared: false }
  const [line] = next.splice(from, 1)
  if (line) next.splice(to, 0, line)
  if (next[0]) next[0] = { ...next[0], shared: false }
  return next
}

/** The part of the traffic that goes to a line while all of its order are well, in percent. */
export function shareOf(lines: Line[], at: number): number {
  const places = placesOf(lines)
  const mine = places[at]
  if (!mine?.enabled) return 0
  const group = places.filter((place) => place.order === mine.order && place.enabled)
  const sum = group.reduce((total, { weight }) => total + weight, 0)
  return Math.round((100 * mine.weight) / sum)
}
