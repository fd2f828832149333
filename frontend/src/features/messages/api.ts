import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, done, unwrap, unwrapPage } from '../../lib/api'
import { freshKey } from '../../lib/fresh-key'
import type { MessageFilter } from '../../lib/message-filter'

export const messageKeys = {
  all: ['messages'] as const,
  list: (filter: MessageFilter) => ['messages', 'list', filter] as const,
  one: (id: string) => ['messages', 'one', id] as const,
  siblings: (notification: string) => ['messages', 'siblings', notification] as const,
  decisions: (notification: string) => ['messages', 'decisions', notification] as const,
}

export const messagesQuery = (filter: MessageFilter) =>
  infiniteQueryOptions({
    queryKey: messageKeys.list(filter),
    queryFn: ({ pageParam, signal }) =>
      unwrapPage(
        api.GET('/v1/messages', {
          params: { query: { ...filter, limit: 50, ...(pageParam ? { after: pageParam } : {}) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  })

export const messageQuery = (id: string) =>
  queryOptions({
    queryKey: messageKeys.one(id),
    queryFn: ({ signal }) => unwrap(api.GET('/v1/messages/{id}', { params: { path: { id } }, signal })),
  })

/** The other messages of the same notification: a search for its id finds them all. */
export const siblingsQuery = (notification: string) =>
  queryOptions({
    queryKey: messageKeys.siblings(notification),
    queryFn: ({ signal }) =>
      unwrapPage(api.GET('/v1/messages', { params: { query: { q: notification, limit: 50 } }, signal })),
  })

/** Decisions never change, so they are read once. */
export const decisionsQuery = (notification: string) =>
  queryOptions({
    queryKey: messageKeys.decisions(notification),
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) =>
      unwrap(api.GET('/v1/notifications/{id}', { params: { path: { id: notification } }, signal })),
  })

export function useResend(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () =>
      done(
        api.POST('/v1/messages/{id}/resend', { params: { path: { id }, header: { 'Idempotency-Key': freshKey() } } }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: messageKeys.all }),
  })
}

export function useCancel(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () =>
      unwrap(
        api.POST('/v1/messages/{id}/cancel', { params: { path: { id }, header: { 'Idempotency-Key': freshKey() } } }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: messageKeys.all }),
  })
}
