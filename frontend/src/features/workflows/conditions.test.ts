import { describe, expect, it } from 'vitest'
import { conditionOf, countOf, fieldsFor, groupOf, listOf, nestedOf } from './conditions'
import type { Condition } from './draft'

const one: Condition = { field: 'data.a', op: 'exists' }
const two: Condition = { field: 'data.b', op: 'exists' }

describe('the conditions of a step', () => {
  it.each<[string, Condition[] | undefined, 'all' | 'any', number]>([
    ['none', undefined, 'all', 0],
    ['one', [one], 'all', 1],
    ['a list', [one, two], 'all', 2],
    ['a lone group by any', [{ any: [one, two] }], 'any', 2],
    ['a group by any beside another', [one, { any: [one, two] }], 'all', 2],
  ])('are one group, and the same list again: %s', (_, list, mode, items) => {
    const group = groupOf(list)
    expect([group.mode, group.items.length]).toEqual([mode, items])
    expect(listOf(group)).toEqual(list ?? [])
  })

  it('keep a nested group as it is', () => {
    for (const condition of [{ any: [one] }, { all: [one, two] }]) {
      expect(conditionOf(nestedOf(condition))).toEqual(condition)
    }
  })

  it('are counted however deep they are', () => {
    expect(countOf([one, { any: [two, { all: [one, two] }] }])).toBe(4)
  })

  it('offer the fields of the schema before those of people and events', () => {
    const fields = fieldsFor({ properties: { vip: { type: 'boolean' } } })
    expect(fields[0]).toEqual({ path: 'data.vip', type: 'boolean' })
    expect(fields.map((field) => field.path)).toContain('recipient.locale')
  })
})
