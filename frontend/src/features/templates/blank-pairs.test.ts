import { describe, expect, it } from 'vitest'
import { pairsOf, recordOf, sameRecord } from './blank-pairs'

describe('blanks', () => {
  it('keeps those with a key, and the last of two with the same', () => {
    const pairs = [
      { key: 'thing1', value: 'a' },
      { key: '', value: 'not named yet' },
      { key: ' thing1 ', value: 'b' },
      { key: 'amount2', value: '' },
    ]
    expect(recordOf(pairs)).toEqual({ thing1: 'b', amount2: '' })
    expect(pairsOf({ thing1: 'b' })).toEqual([{ key: 'thing1', value: 'b' }])
  })
  it('tells whether the words came from elsewhere', () => {
    expect(sameRecord({ a: '1', b: '2' }, { b: '2', a: '1' })).toBe(true)
    expect(sameRecord({ a: '1' }, { a: '2' })).toBe(false)
    expect(sameRecord({ a: '1' }, { a: '1', b: '' })).toBe(false)
    expect(sameRecord({ a: '1' }, { b: '1' })).toBe(false)
  })
})
