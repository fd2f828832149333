import { queryOptions } from '@tanstack/react-query'
import { api, type Schema, unwrap, unwrapPage } from '../../lib/api'
import type { paths } from '../../lib/api-schema.gen'
import type { ListSource } from '../../lib/list'

export type EventFilter = Omit<NonNullable<paths['/v1/events']['get']['parameters']['query']>, 'limit' | 'after'>

export const eventKeys = {
  all: ['events'] as const,
  list: (filter: EventFilter) => ['events', 'list', filter] as const,
  one: (id: string) => ['events', 'one', id] as const,
  messages: (id: string) => ['events', 'messages', id] as const,
}

export const eventList = (filter: EventFilter): ListSource<Schema['Event']> => ({
  key: eventKeys.list(filter),
  path: '/v1/events',
  filter,
  page: (ask, signal) => unwrapPage(api.GET('/v1/events', { params: { query: { ...filter, ...ask } }, signal })),
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

export const eventTypesQuery = queryOptions({
  queryKey: [...eventKeys.all, 'types'],
  queryFn: ({ signal }) => unwrapPage(api.GET('/v1/event-types', { signal })),
})

/** Which workflow starts on which type. */
export const workflowTypesQuery = queryOptions({
  queryKey: ['workflows', 'types'],
  queryFn: ({ signal }) => unwrapPage(api.GET('/v1/workflows', { signal })),
  staleTime: 30_000,
})
