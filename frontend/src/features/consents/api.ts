import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, type Schema, unwrap, unwrapPage } from '../../lib/api'
import type { paths } from '../../lib/api-schema.gen'
import { freshKey } from '../../lib/fresh-key'
import type { ListSource } from '../../lib/list'
import type { Search } from '../../lib/search'
import { channels, consentKinds, consentSources, isOneOf } from '../../lib/words'

export type Consent = Schema['Consent']
export type ConsentEntry = Schema['ConsentEntry']
export type ConsentState = Schema['ConsentState']
export type ConsentFilter = Omit<NonNullable<paths['/v1/consents']['get']['parameters']['query']>, 'limit' | 'after'>

const all = ['consents'] as const
const words = ['recipient', 'category', 'message', 'from', 'to'] as const

/** Reads the filter of the log from the address bar. */
export function consentFilterOf(search: Search): ConsentFilter {
  const filter: ConsentFilter = {}
  for (const word of words) if (search[word]) filter[word] = search[word]
  // What is typed into the search field is whose words they are.
  if (search.q) filter.recipient = search.q
  if (search.channel && isOneOf(channels, search.channel)) filter.channel = search.channel
  if (search.kind && isOneOf(consentKinds, search.kind)) filter.kind = search.kind
  if (search.source && isOneOf(consentSources, search.source)) filter.source = search.source
  return filter
}

export const consentList = (filter: ConsentFilter): ListSource<Consent> => ({
  key: [...all, 'list', filter],
  path: '/v1/consents',
  filter,
  page: (ask, signal) => unwrapPage(api.GET('/v1/consents', { params: { query: { ...filter, ...ask } }, signal })),
})

export const consentQuery = (place: string) =>
  queryOptions({
    queryKey: [...all, 'one', place],
    queryFn: ({ signal }) => unwrap(api.GET('/v1/consents/{place}', { params: { path: { place } }, signal })),
  })

export const chainQuery = queryOptions({
  queryKey: [...all, 'chain'],
  queryFn: ({ signal }) => unwrap(api.GET('/v1/consents/chain', { signal })),
})

/** Walks the whole chain; what it finds is kept. */
export function useProve() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => unwrap(api.POST('/v1/consents/prove', { params: { header: { 'Idempotency-Key': freshKey() } } })),
    onSuccess: (state) => queries.setQueryData(chainQuery.queryKey, state),
  })
}
