import { describe, expect, it } from 'vitest'
import { csvAddress, type Report } from './api'
import { askOf, midnight, times } from './ask'
import { marksTo } from './draw/Axis'
import { next } from './draw/reading'
import { change, figure, niceStep, tick } from './figures'
import { measuresOf, usualMeasure } from './measures'

describe('the time of the page', () => {
  it.each([
    ['Europe/Berlin', '2026-03-30T10:00:00Z', 1, '2026-03-28T23:00:00.000Z'],
    ['Europe/Berlin', '2026-03-30T10:00:00Z', 0, '2026-03-29T22:00:00.000Z'],
    ['Asia/Shanghai', '2026-01-05T20:00:00Z', 0, '2026-01-05T16:00:00.000Z'],
    ['America/New_York', '2026-11-02T02:00:00Z', 0, '2026-11-01T04:00:00.000Z'],
  ])('begins at midnight in %s, at %s %i days ago', (zone, now, ago, want) => {
    expect(midnight(new Date(now), zone, ago).toISOString()).toBe(want)
  })

  it('is seven days when the address says nothing, or nonsense', () => {
    expect(askOf({}, 'UTC').span).toBe('7d')
    expect(askOf({ span: 'forever' }, 'UTC').span).toBe('7d')
    expect(askOf({ span: '1h', from: '2026-01-01T00:00:00Z' }, 'UTC').span).toBeUndefined()
  })

  it('moves with the present', () => {
    const now = new Date('2026-01-05T12:00:00Z')
    expect(times(askOf({ span: '1h' }, 'UTC'), now)).toEqual({
      from: '2026-01-05T11:00:00.000Z',
      to: '2026-01-05T12:00:00.000Z',
    })
  })
})

describe('a change since the time before', () => {
  const t = ((_: string, { shown }: { shown: string }) => shown) as never
  it.each([
    [0.98812, 0.98839, { type: 'ratio' }, 0],
    [0.98, 0.99, { type: 'ratio' }, -1],
    [100_001, 100_000, { type: 'count' }, 0],
    [101_000, 100_000, { type: 'count' }, 1],
    [0, 0, { type: 'count' }, 0],
  ] as const)('from %d to %d rises by the sign of what is shown', (now, before, shape, rose) => {
    expect((change(now, before, shape, t, 'en')?.rose ?? 9) + 0).toBe(rose)
  })
})

describe('figures', () => {
  it.each([
    [1234567, { type: 'count' }, '1,234,567'],
    [0.98234, { type: 'ratio' }, '98.2%'],
    [0.00123, { type: 'ratio' }, '0.12%'],
    [1_629_205, { type: 'number', unit: 'us' }, '1.6 s'],
    [42_000, { type: 'number', unit: 'us' }, '42 ms'],
    [24_500, { type: 'number', unit: 'bytes' }, '25 kB'],
    [12_345_678, { type: 'count', unit: 'micros' }, '12.35'],
    [null, { type: 'count' }, '–'],
  ] as const)('%s as %o is %s', (value, shape, want) => {
    expect(figure(value, shape, 'en')).toBe(want)
  })

  it('are short on an axis', () => {
    expect(tick(12_500, { type: 'count' }, 'en')).toBe('12.5K')
  })

  it.each([
    [7, 4, 2],
    [1000, 4, 250],
    [0.9, 4, 0.25],
    [0, 4, 1],
  ])('have round steps: up to %d in %d is %d', (top, marks, want) => {
    expect(niceStep(top, marks)).toBe(want)
  })

  it.each([
    [10, { type: 'count' }, [0, 5, 10]],
    [1, { type: 'count' }, [0, 1]],
    [10, { type: 'number', unit: 'us' }, [0, 2.5, 5, 7.5, 10]],
  ] as const)('mark an axis up to %d of %o at %o', (top, shape, want) => {
    expect(marksTo(top, shape)).toEqual(want)
  })
})

const report: Report = {
  id: 'rates',
  title: '',
  question: '',
  chart: 'bars',
  params: [{ name: 'source' }, { name: 'group', options: ['channel'] }],
  columns: [
    { name: 'group', type: 'text', title: '' },
    { name: 'sent', type: 'count', unit: 'messages', title: '' },
    { name: 'rate', type: 'ratio', title: '' },
    { name: 'share', type: 'ratio', title: '' },
  ],
}

describe('what is drawn of a report', () => {
  it('is what shares an axis, rates before counts', () => {
    expect(measuresOf(report).map(({ key }) => key)).toEqual(['sum_messages', 'rate', 'share'])
    expect(usualMeasure(report)?.key).toBe('rate')
    expect(usualMeasure({ ...report, chart: 'stack' })?.key).toBe('sum_messages')
  })

  it('is also to be had as a file of the same question', () => {
    const ask = askOf({ from: '2026-01-01', to: '2026-01-02', source: 'a&b', channel: 'sms' }, 'UTC')
    const words = new URL(csvAddress(report, ask, 'channel'), 'http://x').searchParams
    expect(Object.fromEntries(words)).toEqual({
      format: 'csv',
      zone: 'UTC',
      group: 'channel',
      source: 'a&b',
      from: '2026-01-01T00:00:00.000Z',
      to: '2026-01-02T00:00:00.000Z',
    })
  })
})

describe('a drawing that is read by keys', () => {
  const points = [
    { x: 0, y: -1 },
    { x: 0, y: 0 },
    { x: 2, y: -2 },
    { x: 2, y: 0 },
    { x: 3, y: -1 },
  ]
  const [topLeft, bottomLeft, , right, last] = points

  it.each([
    ['ArrowDown', topLeft, bottomLeft],
    ['ArrowUp', bottomLeft, topLeft],
    ['ArrowDown', bottomLeft, undefined],
    ['ArrowRight', bottomLeft, right],
    ['ArrowRight', last, undefined],
    ['ArrowLeft', last, points[2]],
    ['Home', last, topLeft],
    ['End', topLeft, last],
    ['ArrowLeft', undefined, topLeft],
  ])('%s leads to the nearest figure that way', (key, from, to) => {
    expect(next(points, from, key)).toBe(to)
  })
})
