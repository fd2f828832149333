import type { Schema } from '../../lib/api'

/** What the server says over the inbox socket. */
export type Frame =
  | { type: 'hello'; epoch: string; offset: number; unread: number; unseen: number }
  | { type: 'item'; offset: number; item: Schema['InboxItem'] }
  | { type: 'changed'; offset: number; ids: string[]; as: Schema['MarkAs'] }
  | { type: 'counts'; unread: number; unseen: number }
  | { type: 'gap' }

/** How far this page has followed the feed. */
export interface Place {
  epoch: string
  offset: number
}

/** What a frame asks of the page. */
export interface Reaction {
  place: Place | undefined
  counts?: { unread: number; unseen: number }
  arrived?: Schema['InboxItem']
  refresh?: boolean
  resume?: { type: 'resume'; epoch: string; offset: number }
}

/**
 * Decides what a frame means, given how far the feed was followed before. The
 * server stays the one source: frames tell that something changed, counts are
 * absolute, and what was missed is asked for with a resume.
 */
export function react(place: Place | undefined, frame: Frame): Reaction {
  switch (frame.type) {
    case 'hello':
      return greet(place, frame)
    case 'item':
      if (place && frame.offset <= place.offset) return { place }
      return { place: moved(place, frame.offset), arrived: frame.item, refresh: true }
    case 'changed':
      return { place: moved(place, frame.offset), refresh: true }
    case 'counts':
      return { place, counts: { unread: frame.unread, unseen: frame.unseen } }
    case 'gap':
      return { place, refresh: true }
    default:
      return { place }
  }
}

function greet(place: Place | undefined, hello: Extract<Frame, { type: 'hello' }>): Reaction {
  const counts = { unread: hello.unread, unseen: hello.unseen }
  const head = { epoch: hello.epoch, offset: hello.offset }
  if (!place || place.epoch !== hello.epoch) return { place: head, counts, refresh: place !== undefined }
  if (place.offset === hello.offset) return { place, counts }
  return { place, counts, resume: { type: 'resume', ...place } }
}

function moved(place: Place | undefined, offset: number): Place | undefined {
  return place && { epoch: place.epoch, offset: Math.max(place.offset, offset) }
}

const types = new Set(['hello', 'item', 'changed', 'counts', 'gap'])

export function isFrame(value: unknown): value is Frame {
  return value !== null && typeof value === 'object' && 'type' in value && types.has(String(value.type))
}
