import type { MessageFilter } from './message-filter'
import { searchOf } from './message-filter'
import type { Search } from './search'

/** Where a link leads: a path and what follows the question mark. */
export interface Door {
  to: string
  search?: Search
  /** The part of the page. */
  hash?: string
}

/** Every number and every id is a door; these are all there are. */
export const doors = {
  messages: (filter: MessageFilter = {}): Door => ({ to: '/messages', search: searchOf(filter) }),
  message: (id: string): Door => ({ to: `/messages/${encodeURIComponent(id)}` }),
  events: (): Door => ({ to: '/events' }),
  eventsOf: (source: string): Door => ({ to: '/events', search: { source } }),
  recipients: (search: Search = {}): Door => ({ to: '/recipients', search }),
  recipient: (id: string): Door => ({ to: `/recipients/${encodeURIComponent(id)}` }),
  activity: (id: string): Door => ({ to: `/recipients/${encodeURIComponent(id)}/activity` }),
  consentsOf: (id: string): Door => ({ to: `/recipients/${encodeURIComponent(id)}/consents` }),
  recipientImport: (id: string): Door => ({ to: `/recipients/imports/${encodeURIComponent(id)}` }),
  sync: (key: string): Door => ({ to: `/recipients/syncs/${encodeURIComponent(key)}` }),
  group: (key: string): Door => ({ to: `/groups/${encodeURIComponent(key)}` }),
  broadcast: (id: string): Door => ({ to: `/broadcasts/${encodeURIComponent(id)}` }),
  broadcastPeople: (id: string, search: Search = {}): Door => ({
    to: `/broadcasts/${encodeURIComponent(id)}`,
    search,
    hash: 'recipients',
  }),
  reports: (): Door => ({ to: '/reports' }),
  schedule: (id: string): Door => ({ to: `/schedules/${encodeURIComponent(id)}` }),
  segment: (key: string): Door => ({ to: `/segments/${encodeURIComponent(key)}` }),
  category: (key: string): Door => ({ to: `/categories/${encodeURIComponent(key)}` }),
  suppression: (id: string): Door => ({ to: `/suppressions/${encodeURIComponent(id)}` }),
  consents: (search: Search = {}): Door => ({ to: '/consents', search }),
  consent: (place: number): Door => ({ to: `/consents/${place}` }),
  source: (key: string): Door => ({ to: `/settings/sources/${encodeURIComponent(key)}` }),
  hook: (key: string): Door => ({ to: `/settings/sources/${encodeURIComponent(key)}/webhook` }),
  apiKeys: (search: Search = {}): Door => ({ to: '/settings/api-keys', search }),
  apiKey: (id: string): Door => ({ to: `/settings/api-keys/${encodeURIComponent(id)}` }),
  event: (id: string): Door => ({ to: `/events/${encodeURIComponent(id)}` }),
  workflow: (key: string): Door => ({ to: `/workflows/${encodeURIComponent(key)}` }),
  newWorkflow: (type: string): Door => ({ to: '/workflows/new', search: { type } }),
  failures: (filter: MessageFilter = {}): Door => ({ to: '/failures', search: searchOf(filter) }),
  templates: (): Door => ({ to: '/templates' }),
  layouts: (): Door => ({ to: '/layouts' }),
  layout: (key: string): Door => ({ to: `/layouts/${encodeURIComponent(key)}` }),
  partials: (): Door => ({ to: '/partials' }),
  partial: (key: string): Door => ({ to: `/partials/${encodeURIComponent(key)}` }),
  template: (key: string): Door => ({ to: `/templates/${encodeURIComponent(key)}` }),
  approvals: (search: Search = {}): Door => ({ to: '/approvals', search }),
  approval: (id: string): Door => ({ to: `/approvals/${encodeURIComponent(id)}` }),
  channels: (): Door => ({ to: '/channels' }),
  integration: (id: string): Door => ({ to: `/channels/${encodeURIComponent(id)}` }),
  newIntegration: (provider: string): Door => ({ to: '/channels/new', search: { provider } }),
  saga: (id: string): Door => ({ to: `/sagas/${encodeURIComponent(id)}` }),
  shopOrder: (order: string): Door => ({ to: '/shop', search: { order } }),
  auditRecord: (id: string): Door => ({ to: `/settings/audit/${encodeURIComponent(id)}` }),
  sandbox: (search: Search = {}): Door => ({ to: '/sandbox', search }),
} as const

const shape = /^(apr|bct|evt|int|key|msg|ntf|ord|rcp|sag|sch|sup)_[0-9a-f]+$/

/** The page behind a pasted id, if the id is one that has a page. */
export function doorOfId(text: string): Door | undefined {
  const id = text.trim()
  if (!shape.test(id)) return undefined
  if (id.startsWith('msg_')) return doors.message(id)
  if (id.startsWith('evt_')) return doors.event(id)
  if (id.startsWith('int_')) return doors.integration(id)
  if (id.startsWith('bct_')) return doors.broadcast(id)
  if (id.startsWith('apr_')) return doors.approval(id)
  // A notification is a handful of messages: the list, filtered by its id.
  if (id.startsWith('ntf_')) return doors.messages({ q: id })
  if (id.startsWith('rcp_')) return doors.recipient(id)
  if (id.startsWith('sch_')) return doors.schedule(id)
  if (id.startsWith('sag_')) return doors.saga(id)
  if (id.startsWith('ord_')) return doors.shopOrder(id)
  if (id.startsWith('sup_')) return doors.suppression(id)
  if (id.startsWith('key_')) return doors.apiKey(id)
  return undefined
}
