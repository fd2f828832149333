import { describe, expect, it } from 'vitest'
import {
  belowRule,
  closeRule,
  conditionOn,
  openRule,
  opsOf,
  personFields,
  type Rule,
  rootOf,
  typedAs,
  withOp,
} from './rule'

const a: Rule = { field: 'locale', op: 'eq', value: 'en' }
const b: Rule = { field: 'id', op: 'exists' }

describe('rules as groups', () => {
  it.each([
    ['all', { all: [a, b] }],
    ['any', { any: [a] }],
    ['none', { not: { any: [a, b] } }],
  ] as const)('%s is opened and closed without a change', (mode, rule) => {
    const group = openRule(rule as never)
    expect(group?.mode).toBe(mode)
    expect(closeRule(group as never)).toEqual(rule)
  })
  it('not all means that one does not hold', () => {
    expect(openRule({ not: { all: [a, b] } })).toEqual({ mode: 'any', items: [{ not: a }, { not: b }] })
  })
  it('a condition and its denial are rows', () => {
    expect(openRule(a)).toBeUndefined()
    expect(openRule({ not: a })).toBeUndefined()
    expect(rootOf(a)).toEqual({ mode: 'all', items: [a] })
    expect(rootOf({})).toEqual({ mode: 'all', items: [] })
  })
  it('faults are looked for where the server reports them', () => {
    expect(belowRule('rule', { mode: 'none', items: [] })).toBe('rule.not.any')
    expect(belowRule('rule.all[1]', { mode: 'any', items: [] })).toBe('rule.all[1].any')
  })
})

describe('conditions', () => {
  it.each([...personFields, 'data.tier'])('on %s begin with a comparison the field takes', (field) => {
    expect(opsOf(field)).toContain(conditionOn(field).op)
  })
  it('keep their value where the next comparison takes it', () => {
    expect(withOp(a, 'in').value).toEqual(['en'])
    expect(withOp({ ...a, op: 'in', value: ['en', 'de'] }, 'eq').value).toBe('en')
    expect(withOp(a, 'exists')).toEqual({ field: 'locale', op: 'exists' })
    expect(withOp({ field: 'created_at', op: 'within_days', value: 7 }, 'before').value).toBe('')
  })
  it('values are what the attribute is', () => {
    expect(typedAs('5', 'number')).toBe(5)
    expect(typedAs('5', 'string')).toBe('5')
    expect(typedAs('true', 'boolean')).toBe(true)
    expect(typedAs('x', 'number')).toBe('x')
  })
})
