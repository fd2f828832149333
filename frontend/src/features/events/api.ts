import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, unwrap, unwrapPage } from '../../lib/api'
import type { paths } from '../../lib/api-schema.gen'

export type EventFilter = Omit<NonNullable<paths['/v1/events']['get']['parameters']['query']>, 'limit' | 'after'>

export const eventKeys = {
  all: ['events'] as const,
  list: (filter: EventFilter) => ['events', 'list', filter] as const,
  one: (id: string) => ['events', 'one', id] as const,
  messages: (id: string) => ['events', 'messages', id] as const,
}

export const eventsQuery = (filter: EventFilter) =>
  infiniteQueryOptions({
    queryKey: eventKeys.list(filter),
    queryFn: ({ pageParam, signal }) =>
      unwrapPage(
        api.GET('/v1/events', {
          params: { query: { ...filter, limit: 50, ...(pageParam ? { after: pageParam } : {}) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  })

export const eventQuery = (id: string) =>
  queryOptions({
    queryKey: eventKeys.one(id),
    queryFn: ({ signal }) => unwrap(api.GET('/v1/events/{id}', { params: { path: { id } }, signal })),
  })

export const eventMessagesQuery = (id: string) =>
  queryOptions({
    queryKey: eventKeys.messages(id),
    queryFn: ({ signal }) =>
      unwrapPage(api.GET('/v1/messages', { params: { query: { event: id, limit: 50 } }, signal })),
  })
