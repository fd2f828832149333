import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, type Schema, unwrap, unwrapPage } from '../../lib/api'

export type InboxStatus = 'unread' | 'all'

export const inboxKeys = {
  all: ['inbox'] as const,
  list: (status: InboxStatus) => ['inbox', 'list', status] as const,
  counts: ['inbox', 'counts'] as const,
}

export const inboxQuery = (status: InboxStatus) =>
  infiniteQueryOptions({
    queryKey: inboxKeys.list(status),
    queryFn: ({ pageParam, signal }) =>
      unwrapPage(
        api.GET('/v1/inbox', {
          params: { query: { status, limit: 30, ...(pageParam ? { after: pageParam } : {}) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  })

export const countsQuery = queryOptions({
  queryKey: inboxKeys.counts,
  queryFn: ({ signal }) => unwrap(api.GET('/v1/inbox/counts', { signal })),
})

/** The socket carries counts of its own; asking again is for when it does not. */
export function useMark() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: Schema['MarkInput']) => unwrap(api.POST('/v1/inbox/mark', { body })),
    onSettled: () => queries.invalidateQueries({ queryKey: inboxKeys.all }),
  })
}

export const fetchTicket = () => unwrap(api.POST('/v1/inbox/ticket'))
