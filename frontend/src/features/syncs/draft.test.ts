import { describe, expect, it } from 'vitest'
import { columnRows, draftOf, guesses, inputOf, type Preview, type Sync } from './draft'

const preview: Preview = {
  took_ms: 3,
  more: false,
  people: [],
  headings: [
    { name: 'uid', samples: ['a'], guess: { to: 'id' } },
    { name: 'mail', samples: ['a@example.com'], guess: { to: 'email' } },
    { name: 'title', samples: ['Dr'], guess: { to: 'data.title', type: 'string' } },
  ],
}

const sync: Sync = {
  key: 'corp',
  name: 'Corp',
  kind: 'sql',
  enabled: true,
  sql: { query: 'SELECT 1', timeout_seconds: 5, place: 'postgres://bo@db/hr' },
  columns: [{ from: 'UID', to: 'id' }],
  group: '',
  memberships: { from: '', map: [] },
  gone: { policy: 'keep', most_percent: 50 },
  schedule: { rule: null },
  secret_set: true,
  updated_at: '2026-11-21T09:00:00Z',
}

describe('a sync while it is written', () => {
  it('guesses fields, and leaves attributes to a person', () => {
    expect(guesses(preview)).toEqual([
      { from: 'uid', to: 'id' },
      { from: 'mail', to: 'email' },
    ])
  })

  it('shows what is mapped first, with the samples that were found, then the rest', () => {
    expect(columnRows(sync.columns, preview).map(({ from, samples }) => [from, samples[0]])).toEqual([
      ['UID', 'a'],
      ['mail', 'a@example.com'],
      ['title', 'Dr'],
    ])
  })

  it('sends the source that was chosen and no column that fills nothing', () => {
    const draft = draftOf(sync)
    const input = inputOf({ ...draft, columns: [...draft.columns, { from: 'mail', to: '' }] })
    expect(input.ldap).toBeUndefined()
    expect(input.sql).toEqual({ query: 'SELECT 1', ca: '', timeout_seconds: 5 })
    expect(input.columns).toEqual(sync.columns)
    expect(input.secret).toBe('')
  })

  it('begins with what is empty filled in', () => {
    expect(draftOf(sync).schedule).toMatchObject({ by: 'manual', kind: 'daily', times: ['03:30'] })
    expect(draftOf(sync).gone).toEqual({ policy: 'keep', attribute: 'left', most_percent: 50 })
  })

  it.each<Sync['schedule']>([
    { rule: null },
    { rule: { kind: 'every', every: { n: 90, unit: 'minute' } } },
    { rule: { kind: 'weekly', weekdays: ['mon'], times: ['06:00'] }, zone: 'Europe/Paris' },
  ])('keeps when it runs as it was: %j', (schedule) => {
    expect(inputOf(draftOf({ ...sync, schedule })).schedule).toEqual(schedule)
  })
})
