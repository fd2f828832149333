import { describe, expect, it } from 'vitest'
import type { Schema } from '../../lib/api'
import { linesOf, moved, placesOf, shareOf } from './arrangement'

const account = (id: string, order: number, weight = 1, enabled = true) =>
  ({ id, order, weight, enabled, channel: 'email' }) as Schema['Integration']

const orders = (lines: ReturnType<typeof linesOf>) => placesOf(lines).map(({ id, order }) => `${id}${order}`)

describe('the arrangement of a channel', () => {
  it('reads and writes the same order, without holes', () => {
    const lines = linesOf([account('b', 7), account('a', 3), account('c', 7)])
    expect(orders(lines)).toEqual(['a0', 'b1', 'c1'])
  })

  it.each([
    ['to the front', 2, 0, ['c0', 'a1', 'b2']],
    ['to the end', 0, 2, ['b0', 'c1', 'a2']],
  ])('moves one %s', (_, from, to, want) => {
    expect(orders(moved(linesOf([account('a', 0), account('b', 1), account('c', 2)]), from, to))).toEqual(want)
  })

  it('moving one out of a share leaves the others where they were', () => {
    const lines = linesOf([account('a', 0), account('b', 0), account('c', 1)])
    expect(orders(moved(lines, 0, 2))).toEqual(['b0', 'c1', 'a2'])
    expect(orders(moved(lines, 2, 0))).toEqual(['c0', 'a1', 'b1'])
  })

  it('shares the traffic of one order by weight among those that are on', () => {
    const lines = linesOf([account('a', 0, 3), account('b', 0, 1), account('c', 0, 9, false), account('d', 1, 5)])
    expect(lines.map((_, at) => shareOf(lines, at))).toEqual([75, 25, 0, 100])
  })
})
