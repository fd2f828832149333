import { afterEach, describe, expect, it } from 'vitest'
import { clockTime, dayAndTime, gap, localInput, momentOf, relative, showTimesIn } from './time'

const now = new Date('2026-06-15T12:00:00Z')
const ago = (ms: number) => new Date(now.getTime() - ms)

describe('relative times', () => {
  it.each([
    [500, 'now', '现在'],
    [12_000, '12 sec. ago', '12秒前'],
    [119_000, '1 min. ago', '1分钟前'],
    [7_200_000, '2 hr. ago', '2小时前'],
    [-3_600_000 * 5, 'in 5 hr.', '5小时后'],
    [86_400_000, 'yesterday', '昨天'],
  ])('%d ms before now', (ms, english, chinese) => {
    expect(relative(ago(ms), now, 'en')).toBe(english)
    expect(relative(ago(ms), now, 'zh-CN')).toBe(chinese)
  })
})

describe('gaps', () => {
  it.each([
    [40, '40 ms'],
    [1234, '1.2 s'],
    [180_000, '3 min'],
    [7_200_000, '2 h'],
    [172_800_000, '2 d'],
  ])('%d ms', (ms, text) => expect(gap(ago(ms), now)).toBe(text))
})

describe('a datetime-local field', () => {
  it('shows the moment in the reader’s zone and gives it back', () => {
    expect(momentOf(localInput(now))).toEqual(now)
    expect(localInput(now)).toBe(new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 16))
  })

  it('says nothing while it is empty', () => expect(momentOf('')).toBeUndefined())
})

describe('times in the zone of the house', () => {
  afterEach(() => showTimesIn(''))

  it.each([
    ['Asia/Shanghai', '20:00:00', '2026-06-15T20:00'],
    ['America/New_York', '08:00:00', '2026-06-15T08:00'],
    ['Asia/Kathmandu', '17:45:00', '2026-06-15T17:45'],
    ['UTC', '12:00:00', '2026-06-15T12:00'],
  ])('%s', (zone, clock, field) => {
    showTimesIn(zone)
    expect(clockTime(now, 'en')).toBe(`${clock}.000`)
    expect(dayAndTime(now, 'en')).toContain(clock.slice(0, 5))
    expect(localInput(now)).toBe(field)
    expect(momentOf(field)).toEqual(now)
  })

  it('come back the same around a change of the clocks', () => {
    showTimesIn('Europe/London')
    for (const at of ['2026-03-29T00:30:00Z', '2026-03-29T01:30:00Z', '2026-10-25T02:30:00Z']) {
      expect(momentOf(localInput(new Date(at)))?.toISOString()).toBe(new Date(at).toISOString())
    }
  })

  it('fall back to those of the browser where it does not know the zone', () => {
    const own = clockTime(now, 'en')
    showTimesIn('Mars/Olympus')
    expect(clockTime(now, 'en')).toBe(own)
  })
})
