import type { Search } from '../../lib/search'
import { eventStatuses, isOneOf } from '../../lib/words'
import type { EventFilter } from './api'

/** Reads the filter of the events list from the address bar. */
export function eventFilterOf(search: Search): EventFilter {
  const filter: EventFilter = {}
  if (search.status && isOneOf(eventStatuses, search.status)) filter.status = search.status
  for (const word of ['type', 'source', 'trace_id', 'q'] as const) {
    if (search[word]) filter[word] = search[word]
  }
  return filter
}
