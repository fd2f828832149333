import { queryOptions } from '@tanstack/react-query'
import { type Answer, api, type Schema, unwrap, unwrapPage } from '../../lib/api'
import type { paths } from '../../lib/api-schema.gen'
import type { ListSource } from '../../lib/list'
import type { Search } from '../../lib/search'

export type AuditRecord = Schema['AuditRecord']
type AuditPage = { data: AuditRecord[]; page: Schema['Page'] }
export type AuditFilter = Omit<
  NonNullable<paths['/v1/audit']['get']['parameters']['query']>,
  'limit' | 'after' | 'format'
>

const words = ['actor', 'action', 'target', 'q', 'from', 'to'] as const

/** Reads the filter of the log from the address bar. */
export function auditFilterOf(search: Search): AuditFilter {
  const filter: AuditFilter = {}
  for (const word of words) if (search[word]) filter[word] = search[word]
  return filter
}

export const auditList = (filter: AuditFilter): ListSource<AuditRecord> => ({
  key: ['audit', 'list', filter],
  path: '/v1/audit',
  filter,
  page: (ask, signal) =>
    unwrapPage(
      // The document also knows the answer as a file, which nobody asks for here.
      api.GET('/v1/audit', { params: { query: { ...filter, ...ask } }, signal }) as Promise<Answer<AuditPage>>,
    ),
})

export const auditRecordQuery = (id: string) =>
  queryOptions({
    queryKey: ['audit', 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/v1/audit/{id}', { params: { path: { id } }, signal })),
  })

export const verifyQuery = queryOptions({
  queryKey: ['audit', 'verify'],
  queryFn: ({ signal }) => unwrap(api.GET('/v1/audit/verify', { signal })),
  enabled: false,
})

/** The file that the server streams: all records of the filter with their states. */
export function exportAddress(filter: AuditFilter): string {
  return `/v1/audit?${new URLSearchParams({ ...filter, format: 'csv' })}`
}
