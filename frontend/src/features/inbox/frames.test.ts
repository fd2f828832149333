import { describe, expect, it } from 'vitest'
import type { Schema } from '../../lib/api'
import { isFrame, react } from './frames'

const place = { epoch: 'e1', offset: 41 }
const item: Schema['InboxItem'] = {
  id: 'inb_1',
  message_id: 'msg_1',
  offset: 42,
  category: 'orders',
  title: 'Shipped',
  body: '',
  created_at: '2026-01-01T00:00:00Z',
}

describe('a frame of the inbox', () => {
  it('hello, the first time, tells where the feed is and what the bell shows', () => {
    const hello = { type: 'hello', epoch: 'e1', offset: 41, unread: 3, unseen: 2 } as const
    expect(react(undefined, hello)).toEqual({ place, counts: { unread: 3, unseen: 2 }, refresh: false })
  })

  it('hello after a break asks for what was missed', () => {
    const reaction = react(place, { type: 'hello', epoch: 'e1', offset: 45, unread: 1, unseen: 1 })
    expect(reaction.resume).toEqual({ type: 'resume', epoch: 'e1', offset: 41 })
    expect(reaction.place).toEqual(place)
  })

  it('hello after a break in which nothing happened asks for nothing', () => {
    const reaction = react(place, { type: 'hello', epoch: 'e1', offset: 41, unread: 1, unseen: 1 })
    expect(reaction.resume).toBeUndefined()
    expect(reaction.refresh).toBeUndefined()
  })

  it('hello of another epoch starts over', () => {
    const reaction = react(place, { type: 'hello', epoch: 'e2', offset: 3, unread: 0, unseen: 0 })
    expect(reaction).toMatchObject({ place: { epoch: 'e2', offset: 3 }, refresh: true })
    expect(reaction.resume).toBeUndefined()
  })

  it('item rings the bell and moves on', () => {
    expect(react(place, { type: 'item', offset: 42, item })).toEqual({
      place: { epoch: 'e1', offset: 42 },
      arrived: item,
      refresh: true,
    })
  })

  it('item that was seen before does not ring again', () => {
    expect(react({ epoch: 'e1', offset: 42 }, { type: 'item', offset: 42, item }).arrived).toBeUndefined()
  })

  it('changed refreshes and never moves back', () => {
    const reaction = react(place, { type: 'changed', offset: 40, ids: ['inb_1'], as: 'read' })
    expect(reaction).toEqual({ place, refresh: true })
  })

  it('counts are taken as they are', () => {
    expect(react(place, { type: 'counts', unread: 7, unseen: 0 })).toEqual({ place, counts: { unread: 7, unseen: 0 } })
  })

  it('gap refetches', () => {
    expect(react(place, { type: 'gap' })).toEqual({ place, refresh: true })
  })

  it('is known by its type', () => {
    expect(isFrame({ type: 'gap' })).toBe(true)
    for (const other of [null, 'gap', {}, { type: 'error' }]) expect(isFrame(other)).toBe(false)
  })
})
