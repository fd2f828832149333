import { describe, expect, it } from 'vitest'
import { filtersInUse, type MessageFilter, messageFilterOf, searchOf } from './message-filter'
import { parseSearch, stringifySearch } from './search'

const whole: MessageFilter = {
  status: ['failed', 'unknown'],
  channel: ['email', 'in_app'],
  priority: ['high'],
  source: 'shop',
  workflow: 'order.shipped',
  category: 'orders',
  recipient: 'ada',
  group: 'ops',
  template: 'order.shipped',
  integration: 'int_1',
  tenant: 'acme',
  trace_id: '4bf92f',
  event: 'evt_1',
  error_code: '30003',
  skip_reason: 'no_address',
  held_for: 'broadcast_paused',
  q: 'ada & 小薇, 100%',
  from: '2026-01-01T00:00:00.000Z',
  to: '2026-01-02T00:00:00.000Z',
}

describe('message filters in the address bar', () => {
  it('come back as they were written', () => {
    expect(messageFilterOf(parseSearch(stringifySearch(searchOf(whole))))).toEqual(whole)
    expect(stringifySearch(searchOf({}))).toBe('')
  })

  it('read well', () => {
    expect(stringifySearch(searchOf({ status: ['failed', 'unknown'], q: 'ada' }))).toBe('?status=failed,unknown&q=ada')
  })

  it('keep a number that looks like one a text', () => {
    expect(messageFilterOf(parseSearch('?q=1001&error_code=30003'))).toEqual({ q: '1001', error_code: '30003' })
  })

  it.each([
    ['an unknown status', '?status=flying,failed', { status: ['failed'] }],
    ['nothing but unknown words', '?channel=pigeon&priority=&skip_reason=because', {}],
    ['a time that is none', '?from=yesterday', {}],
    ['a parameter nobody knows', '?page=7', {}],
  ])('leave out %s', (_, search, filter) => {
    expect(messageFilterOf(parseSearch(search))).toEqual(filter)
  })

  it('name those in use', () => {
    expect(filtersInUse({ status: [], q: '', workflow: 'order.shipped' })).toEqual(['workflow'])
  })
})
