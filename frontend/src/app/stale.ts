import type { QueryKey } from '@tanstack/react-query'
import type { Change } from '../lib/live'

const line = ['home', 'messages', 'events', 'failures', 'sandbox/list', 'recipients/activity']

/**
 * What shows things of a kind: the first words of the keys of its queries. The
 * kinds are those of the audit log. The first name is that of the kind itself;
 * of it only those pages are stale that show one of the things that changed.
 */
export const shows: Readonly<Record<string, readonly string[]>> = {
  message: line,
  event: line,
  notification: line,
  dead_letters: line,
  sandbox: ['sandbox'],
  template: ['templates', 'approvals', 'search'],
  layout: ['layouts', 'approvals', 'search'],
  partial: ['partials', 'templates', 'layouts', 'approvals', 'search'],
  workflow: ['workflows', 'approvals', 'activity', 'categories', 'search'],
  approval: ['approvals', 'templates', 'layouts', 'partials', 'workflows', 'broadcasts', 'activity'],
  broadcast: ['broadcasts', 'messages', 'schedules/calendar', 'approvals', 'search'],
  schedule: ['schedules', 'search'],
  category: ['categories', 'search'],
  integration: ['integrations', 'channels', 'search'],
  recipient: ['recipients', 'recipient', 'groups', 'consents', 'search'],
  recipient_import: ['imports', 'recipients'],
  sync: ['syncs', 'recipients', 'groups'],
  group: ['groups', 'recipients', 'segments/members', 'search'],
  segment: ['segments', 'recipients/segments', 'search'],
  suppression: ['suppressions', 'consents', 'recipients/activity'],
  source: ['sources', 'api-keys', 'search'],
  hook: ['sources/hook'],
  api_key: ['api-keys', 'sources', 'search'],
  member: ['members', 'search'],
  invitation: ['members'],
  saga: ['sagas', 'shop'],
  order: ['shop'],
  shop_service: ['shop'],
  settings: ['house'],
}

/** Whether a change makes a query's answer stale. */
export function staleBy({ kind, ids }: Change, key: QueryKey): boolean {
  // Whatever was changed by hand is in the audit log.
  if (kind !== 'message' && key[0] === 'audit' && key[1] === 'list') return true
  const names = shows[kind] ?? []
  const place = names.findIndex((name) => name === key[0] || name === `${key[0]}/${key[1]}`)
  if (place !== 0) return place > 0
  const one = key[1] === 'one' && typeof key[2] === 'string'
  return !one || ids.length === 0 || ids.includes(key[2] as string)
}
