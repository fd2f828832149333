import { describe, expect, it } from 'vitest'
import { differences } from './differences'

describe('the differences of two states', () => {
  it.each([
    ['equal states have none', { a: 1, b: [1] }, { b: [1], a: 1 }, []],
    ['a change is named by its path', { a: { b: 'x' } }, { a: { b: 'y' } }, [{ path: 'a.b', before: 'x', after: 'y' }]],
    [
      'what came and what went',
      { gone: true },
      { come: 0 },
      [
        { path: 'gone', before: 'true', after: undefined },
        { path: 'come', before: undefined, after: '0' },
      ],
    ],
    ['the places of a list', { l: [1, 2] }, { l: [1, 3] }, [{ path: 'l[1]', before: '2', after: '3' }]],
    ['a creation has no before', undefined, { a: 'x' }, [{ path: 'a', before: undefined, after: 'x' }]],
    ['a deletion has no after', { a: 'x' }, undefined, [{ path: 'a', before: 'x', after: undefined }]],
    [
      'an emptied list is seen',
      { l: ['x'] },
      { l: [] },
      [
        { path: 'l[0]', before: 'x', after: undefined },
        { path: 'l', before: undefined, after: '[]' },
      ],
    ],
    ['null is the same as nothing', { a: null }, {}, [{ path: '', before: undefined, after: '{}' }]],
  ])('%s', (_, before, after, want) => {
    expect(differences(before, after)).toEqual(want)
  })
})
