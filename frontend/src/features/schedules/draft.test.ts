import { describe, expect, it } from 'vitest'
import { type Rule, ruleOf, wallOf } from '../../components/rule/rule'
import type { Schedule } from './api'
import { blank, draftOf, inputOf } from './draft'
import { aimOf, dataOf, targetOf } from './target'

const schedule = (rule: Rule, given: Partial<Schedule> = {}): Schedule => ({
  id: 'sch_1',
  name: 'Weekly news',
  state: 'active',
  rule,
  zone: 'Europe/Berlin',
  missed: 'once',
  target: { kind: 'event', type: 'news.due', to: ['ada', { group: 'ops' }, { segment: 'beta' }], data: { n: 1 } },
  revision: 1,
  fires: 0,
  source: 'admin',
  created_by: 'Bo',
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:00:00Z',
  ...given,
})

describe('what is written of a schedule', () => {
  it.each<Rule>([
    { kind: 'once', at: '2030-01-01T09:00' },
    { kind: 'every', every: { n: 15, unit: 'minute' } },
    { kind: 'daily', times: ['09:00', '17:30'] },
    { kind: 'weekly', times: ['09:00'], weekdays: ['mon', 'fri'] },
    { kind: 'monthly', times: ['09:00'], month_days: [1, -1] },
    { kind: 'monthly', times: ['09:00'], month_days: [15], months: [3, 6] },
    { kind: 'yearly', times: ['00:00'], month_days: [29], months: [2] },
    { kind: 'cron', cron: '0 9 * * mon-fri' },
    { kind: 'rrule', rrule: 'FREQ=DAILY' },
  ])('comes back as it was: $kind', (rule) => expect(ruleOf(draftOf(schedule(rule)))).toEqual(rule))

  it('names days of the week in their order, whatever was chosen first', () => {
    const draft = { ...blank('UTC'), weekdays: ['sun', 'mon'] }
    expect(ruleOf(draft).weekdays).toEqual(['mon', 'sun'])
  })

  it('shows a moment by the clocks of the zone', () => {
    expect(wallOf('2030-07-01T07:00:00Z', 'Europe/Berlin')).toBe('2030-07-01T09:00')
    expect(wallOf('2030-07-01T07:00:00', 'Europe/Berlin')).toBe('2030-07-01T07:00')
  })

  it('leaves out limits that are none', () => {
    expect(inputOf(draftOf(schedule({ kind: 'daily', times: ['09:00'] })))).toEqual({
      name: 'Weekly news',
      rule: { kind: 'daily', times: ['09:00'] },
      zone: 'Europe/Berlin',
      missed: 'once',
      target: { kind: 'event', type: 'news.due', to: ['ada', { group: 'ops' }, { segment: 'beta' }], data: { n: 1 } },
    })
    const limited = schedule(
      { kind: 'daily', times: ['09:00'] },
      { max_fires: 3, except: ['2026-12-24'], starts_at: '2026-12-01T08:00:00Z' },
    )
    expect(inputOf(draftOf(limited))).toMatchObject({
      max_fires: 3,
      except: ['2026-12-24'],
      starts_at: '2026-12-01T08:00:00.000Z',
    })
  })
})

describe('a target', () => {
  it('keeps what the form has no field for', () => {
    const target = {
      kind: 'notification',
      to: [{ id: 'eve', email: 'eve@example.com' }, 'ada'],
      template: 'news',
      priority: 'high',
      channels: ['email'],
    }
    const back = targetOf(aimOf(target))
    expect(back).toMatchObject({ kind: 'notification', template: 'news', priority: 'high', channels: ['email'] })
    expect(back.to).toEqual(expect.arrayContaining(['ada', { id: 'eve', email: 'eve@example.com' }]))
  })

  it.each([
    ['', undefined],
    ['{"a": 1}', { a: 1 }],
    ['[1]', null],
    ['{', null],
  ])('takes %s as data', (typed, read) => expect(dataOf(typed)).toEqual(read))
})
