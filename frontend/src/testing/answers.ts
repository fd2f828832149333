import { HttpResponse, http, type JsonBodyType } from 'msw'
import type { Schema } from '../lib/api'
import type { ErrorType } from '../lib/words'

const origin = location.origin

/** Answers a GET with data in the envelope. */
export function answer(path: string, data: JsonBodyType) {
  return http.get(origin + path, () => HttpResponse.json(envelope(data)))
}

/** Answers a GET with one page of a list. */
export function answerPage(path: string, rows: JsonBodyType[], next: string | null = null) {
  return http.get(origin + path, () =>
    HttpResponse.json({ ...envelope(rows), page: { next, has_more: next !== null } }),
  )
}

/** Answers a GET with an error of the closed list. */
export function refuse(path: string, status: number, type: ErrorType) {
  return http.get(origin + path, () => HttpResponse.json(failure(status, type), { status }))
}

export function envelope<T>(data: T) {
  return { code: 200, message: 'ok', data, trace_id: 'trace-1' }
}

export function failure(code: number, type: ErrorType) {
  return { code, message: type, data: null, trace_id: 'trace-of-failure', error: { type, fields: [] } }
}

/** A signed-in member who may do what the permissions say. */
export function me(permissions: Schema['Permission'][] = ['admin']): Schema['Me'] {
  return {
    member: {
      id: 'mem_1',
      email: 'owner@example.com',
      name: 'Owner',
      role: 'owner',
      recipient_id: 'ada',
      locale: 'en',
      created_at: '2026-01-01T00:00:00Z',
      two_factor: false,
    },
    permissions,
    csrf_token: 'token-of-the-session',
    expires_at: '2030-01-01T00:00:00Z',
  }
}

let made = 0

/** A message of which a test names only what it is about. */
export function message(given: Partial<Schema['Message']> = {}): Schema['Message'] {
  made += 1
  return {
    id: `msg_${made.toString(16).padStart(32, '0')}`,
    notification_id: 'ntf_00000000000000000000000000000001',
    event_id: 'evt_00000000000000000000000000000001',
    trace_id: 'trace',
    source: 'shop',
    recipient: { id: 'ada', name: 'Ada' },
    channel: 'email',
    address: 'ada@example.com',
    workflow: 'order.shipped',
    category: 'orders',
    priority: 'medium',
    status: 'delivered',
    template: { key: 'order.shipped', version: 1, locale: 'en' },
    integration: 'int_1',
    size_bytes: 100,
    created_at: '2026-01-01T00:00:00Z',
    ...given,
  }
}
