import { describe, expect, it } from 'vitest'
import { faultyOf, idsIn } from './ids'

describe('pasted ids', () => {
  it.each([
    ['one per line', 'ada\nwei\r\nsam', ['ada', 'wei', 'sam']],
    ['with commas, semicolons and spaces', ' ada, wei;sam\t', ['ada', 'wei', 'sam']],
    ['each once', 'ada ada', ['ada']],
    ['none', ' \n', []],
  ])('may come %s', (_, text, ids) => {
    expect(idsIn(text)).toEqual(ids)
  })

  it('are named where the server found a fault', () => {
    const fault = (path: string) => ({ path, code: 'unknown_recipient', detail: '' })
    expect(faultyOf([fault('recipients[1]'), fault('recipients[9]'), fault('key')], ['ada', 'ghost'])).toEqual([
      'ghost',
    ])
  })
})
