import type { Schema } from '../lib/api'

/** What a broadcast to three people comes to. */
export const estimate: Schema['BroadcastEstimate'] = {
  people: 3,
  sampled: 3,
  reached: 2,
  channels: [{ channel: 'email', messages: 2, parts: 2, held: 0, cost_micros: 0 }],
  skips: [{ channel: 'email', reason: 'no_address', people: 1 }],
  seconds: 0,
  cost_micros: 0,
}

/** A draft of which a test names only what it is about. */
export function broadcast(given: Partial<Schema['Broadcast']> = {}): Schema['Broadcast'] {
  return {
    id: 'bct_1',
    name: 'Spring news',
    state: 'draft',
    revision: 1,
    audience: { segments: ['regulars'] },
    template: 'news',
    channels: ['email'],
    category: 'orders',
    priority: 'low',
    authors: ['mem_2'],
    source: 'admin',
    frozen: null,
    hash: '',
    note: '',
    people: 0,
    submitted_by: '',
    decided_by: '',
    event_id: '',
    reason: '',
    saga_id: '',
    recall_saga_id: '',
    recall: '',
    created_by: 'Bo',
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    ...given,
  }
}

/** One that went out to three people, all of it. */
export const sent = (given: Partial<Schema['Broadcast']> = {}) =>
  broadcast({
    state: 'completed',
    people: 3,
    hash: 'frozen-hash',
    frozen: { pins: [], people: 3, digest: 'd', estimate, findings: [], at: '2026-01-01T00:00:00Z' },
    event_id: 'evt_00000000000000000000000000000001',
    started_at: '2026-01-01T00:00:00Z',
    ended_at: '2026-01-01T00:01:00Z',
    ...given,
  })
