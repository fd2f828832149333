import { describe, expect, it } from 'vitest'
import type { Entry } from './api'
import { addMonths, clockIn, dayIn, daysOf, isDay, linesOf, startOf, step, weekOf } from './calendar'

describe('the days of the calendar', () => {
  it.each([
    ['month', '2026-11-22', '2026-10-26', '2026-12-06', 42],
    ['month', '2026-02-10', '2026-01-26', '2026-03-01', 35],
    ['month', '2027-02-10', '2027-02-01', '2027-02-28', 28],
    ['week', '2026-11-22', '2026-11-16', '2026-11-22', 7],
    ['week', '2026-11-23', '2026-11-23', '2026-11-29', 7],
    ['list', '2028-02-10', '2028-02-01', '2028-02-29', 29],
    ['day', '2026-12-31', '2026-12-31', '2026-12-31', 1],
  ] as const)('of the %s of %s go from %s to %s', (view, date, first, last, count) => {
    const days = daysOf(view, date)
    expect([days[0], days.at(-1), days.length]).toEqual([first, last, count])
  })

  it('go on over the ends of months and years', () => {
    expect(addMonths('2026-01-31', 1)).toBe('2026-02-28')
    expect(addMonths('2026-12-15', 1)).toBe('2027-01-15')
    expect(addMonths('2026-01-15', -1)).toBe('2025-12-15')
    expect(step('week', '2026-12-30', 1)).toBe('2027-01-06')
    expect(step('day', '2027-01-01', -1)).toBe('2026-12-31')
    expect(weekOf('2027-01-01')).toBe('2026-12-28')
  })

  it('are days only where there is such a day', () => {
    expect(['2026-11-22', '2026-02-30', '2026-13-01', 'soon', ''].map(isDay)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ])
  })

  it.each([
    ['2026-11-22', 'UTC', '2026-11-22T00:00:00.000Z'],
    ['2026-11-22', 'Asia/Shanghai', '2026-11-21T16:00:00.000Z'],
    ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z'],
    ['2026-03-30', 'Europe/Berlin', '2026-03-29T22:00:00.000Z'],
    ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00.000Z'],
    ['2026-10-26', 'Europe/Berlin', '2026-10-25T23:00:00.000Z'],
    // In Santiago the clocks are set forward at midnight: the day begins at one.
    ['2026-09-06', 'America/Santiago', '2026-09-06T04:00:00.000Z'],
  ])('%s in %s begins at %s', (day, zone, at) => expect(startOf(day, zone).toISOString()).toBe(at))

  it('and their clocks are those of the zone', () => {
    const at = new Date('2026-11-22T23:30:00Z')
    expect([dayIn(at, 'Asia/Shanghai'), clockIn(at, 'Asia/Shanghai')]).toEqual(['2026-11-23', '07:30'])
    expect([dayIn(at, 'America/New_York'), clockIn(at, 'America/New_York')]).toEqual(['2026-11-22', '18:30'])
  })
})

describe('the lines of a day', () => {
  const entry = (at: string, id: string, given: Partial<Entry> = {}): Entry => ({
    at,
    id,
    kind: 'schedule',
    name: id,
    status: 'planned',
    ...given,
  })

  it('gather what one schedule does on a day, and keep days of a zone apart', () => {
    const lines = linesOf(
      [
        entry('2026-11-22T09:00:00Z', 'a', { status: 'fired' }),
        entry('2026-11-22T09:30:00Z', 'b'),
        entry('2026-11-22T10:00:00Z', 'a', { status: 'failed' }),
        entry('2026-11-22T16:00:00Z', 'a'),
      ],
      'Asia/Shanghai',
    )
    const shown = [...lines].map(([day, list]) => [
      day,
      list.map(({ entry: { id, status }, times }) => [id, status, times]),
    ])
    expect(shown).toEqual([
      [
        '2026-11-22',
        [
          ['a', 'failed', 2],
          ['b', 'planned', 1],
        ],
      ],
      ['2026-11-23', [['a', 'planned', 1]]],
    ])
    expect(lines.get('2026-11-22')?.[0]?.last).toBe('2026-11-22T10:00:00Z')
  })

  it("put what each recipient's own clock shows on the day that all of them show", () => {
    const wall = '2026-11-23T09:00:00'
    const lines = linesOf([entry('2026-11-22T19:00:00Z', 'a', { wall })], 'America/New_York')
    expect([...lines.keys()]).toEqual(['2026-11-23'])
  })
})
