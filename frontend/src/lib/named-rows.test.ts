import { act, renderHook } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { useNamedRows } from './named-rows'

/** The rows of a map as they stand on a page, and the map as the page has it. */
function opened(first: Record<string, string>, empty?: 'dropped') {
  let value = first
  const { result, rerender } = renderHook(() =>
    useNamedRows({
      value,
      ...(empty ? { empty } : {}),
      onChange: (next) => {
        value = next
      },
    }),
  )
  const then = (deed: () => void) => {
    act(deed)
    rerender()
  }
  return {
    rows: () => result.current.rows,
    taken: (at: number) => result.current.isTaken(at),
    value: () => value,
    add: () => then(() => result.current.add()),
    set: (at: number, name: string, text: string) => then(() => result.current.set(at, [name, text])),
    remove: (at: number) => then(() => result.current.remove(at)),
    elsewhere: (next: Record<string, string>) =>
      then(() => {
        value = next
      }),
  }
}

describe('rows of names', () => {
  it('keep a row without a name to themselves until it has one', () => {
    const page = opened({ a: '1' })
    page.add()
    page.set(1, '', '2')
    expect(page.value()).toEqual({ a: '1' })
    page.set(1, ' b ', '2')
    expect(page.value()).toEqual({ a: '1', b: '2' })
    expect(page.rows()).toEqual([
      ['a', '1'],
      [' b ', '2'],
    ])
  })

  it('keep the first of two with the same name, and say which is the second', () => {
    const page = opened({ a: '1' })
    page.add()
    page.set(1, 'a', '2')
    expect([page.taken(0), page.taken(1)]).toEqual([false, true])
    expect(page.value()).toEqual({ a: '1' })
  })

  it('drop a name without a value only where that means nothing', () => {
    for (const [empty, value] of [
      [undefined, { a: '' }],
      ['dropped', {}],
    ] as const) {
      const page = opened({ a: '1' }, empty)
      page.set(0, 'a', '')
      expect(page.value()).toEqual(value)
      expect(page.rows()).toEqual([['a', '']])
    }
  })

  it('give way to what comes from elsewhere, but not to another order of the same', () => {
    const page = opened({ a: '1' })
    page.add()
    page.set(1, 'b', '2')
    page.elsewhere({ b: '2', a: '1' })
    expect(page.rows().map(([name]) => name)).toEqual(['a', 'b'])
    page.remove(0)
    expect(page.value()).toEqual({ b: '2' })
    page.elsewhere({ c: '3' })
    expect(page.rows()).toEqual([['c', '3']])
  })
})
