import { describe, expect, it } from 'vitest'
import { readObject } from './read-object'

describe('reading attributes', () => {
  it('takes a JSON object', () => {
    expect(readObject('{"tier": "gold"}')).toEqual({ data: { tier: 'gold' } })
  })

  it.each([
    ['a list', '[1]', { line: 1, column: 1 }],
    ['a bare word', '"gold"', { line: 1, column: 1 }],
    ['nothing', '', { line: 1, column: 1 }],
    ['a mistake in the second line', '{\n  "a": x\n}', { line: 2, column: 8 }],
    ['a text that breaks off', '{\n  "a": 1', { line: 2, column: 9 }],
  ])('says where %s is none', (_, text, at) => {
    expect(readObject(text)).toEqual({ at })
  })
})
