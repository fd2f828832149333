import { describe, expect, it } from 'vitest'
import { fieldsOf, inferred, pathsOf, sampleOf, typedAs, withField, withoutField } from './schema'

const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['order_id'],
  properties: {
    order_id: { type: ['string', 'integer'], description: 'Its number', examples: ['1001'] },
    total: { type: 'number', minimum: 5 },
    customer: { type: 'object', properties: { tier: { type: 'string', enum: ['gold', 'plain'] } } },
  },
}

describe('the table of a schema', () => {
  it('shows each property as a line', () => {
    expect(fieldsOf(schema)).toEqual([
      { name: 'order_id', type: 'any', required: true, description: 'Its number', example: '1001' },
      { name: 'total', type: 'number', required: false, description: '', example: '' },
      { name: 'customer', type: 'object', required: false, description: '', example: '' },
    ])
    expect(fieldsOf(null)).toEqual([])
  })

  it('changes a line and keeps what it does not show', () => {
    const total = fieldsOf(schema)[1]
    if (!total) throw new Error('no such line')
    const next = withField(schema, 1, { ...total, name: 'sum', required: true, example: '7' })
    expect(next).toEqual({
      ...schema,
      required: ['order_id', 'sum'],
      properties: {
        order_id: schema.properties.order_id,
        sum: { type: 'number', minimum: 5, examples: [7] },
        customer: schema.properties.customer,
      },
    })
  })

  it('leaves a type alone that one line cannot show', () => {
    const first = fieldsOf(schema)[0]
    if (!first) throw new Error('no such line')
    const next = withField(schema, 0, { ...first, description: 'Number' })
    expect((next.properties as typeof schema.properties).order_id.type).toEqual(['string', 'integer'])
  })

  it('adds and removes a line', () => {
    const added = withField(null, 0, { name: 'a', type: 'string', required: true, description: '', example: '' })
    expect(added).toEqual({ type: 'object', properties: { a: { type: 'string' } }, required: ['a'] })
    expect(withoutField(added, 0)).toEqual({ type: 'object', properties: {} })
  })
})

describe('a schema', () => {
  it('is inferred from data, and data like it is made from its examples', () => {
    const data = { id: '7', n: 3, x: 1.5, ok: true, who: { name: 'Ada' }, list: [1] }
    const found = inferred(data)
    expect(sampleOf(found)).toEqual(data)
    expect(found.required).toEqual(Object.keys(data))
    expect(inferred('text')).toEqual({ type: 'object', properties: {} })
  })

  it('names every path that a condition may look at', () => {
    expect(pathsOf(schema).map((field) => field.path)).toEqual([
      'data.order_id',
      'data.total',
      'data.customer',
      'data.customer.tier',
    ])
  })

  it.each([
    ['7', 'string', '7'],
    ['7', 'number', 7],
    ['true', 'any', true],
    ['gold', 'any', 'gold'],
    ['', 'any', ''],
  ] as const)('reads %j as %s', (text, type, value) => expect(typedAs(text, type)).toEqual(value))
})
