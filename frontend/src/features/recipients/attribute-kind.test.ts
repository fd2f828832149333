import { describe, expect, it } from 'vitest'
import { dayText, kindOf } from './attribute-kind'

describe('values of attributes', () => {
  it.each([
    ['gold', 'string'],
    ['2026-11-21', 'date'],
    ['2026-11-21T10:00:00+05:30', 'date'],
    ['2026-99-99', 'string'],
    ['21.11.2026', 'string'],
    [41, 'number'],
    [false, 'boolean'],
    [['a', 1], 'list'],
    [{ seats: 3 }, 'object'],
    [null, 'none'],
  ])('%j are told by what they are', (value, kind) => expect(kindOf(value)).toBe(kind))
  it('a day is the same day in every zone', () => {
    expect(dayText('2026-11-21', 'en')).toBe('November 21, 2026')
    expect(dayText('2026-11-21', 'zh-CN')).toBe('2026年11月21日')
  })
})
