import { describe, expect, it } from 'vitest'
import { gap, localInput, relative } from './time'

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
    expect(new Date(localInput(now)).toISOString()).toBe(now.toISOString())
  })
})
