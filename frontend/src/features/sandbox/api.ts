import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, done, type Schema, unwrap, unwrapPage } from '../../lib/api'
import type { Channel } from '../../lib/words'

export const sandboxKeys = {
  all: ['sandbox'] as const,
  list: (channel: Channel | undefined) => ['sandbox', 'list', channel ?? ''] as const,
  faults: ['sandbox', 'faults'] as const,
}

export const receivedQuery = (channel: Channel | undefined) =>
  infiniteQueryOptions({
    queryKey: sandboxKeys.list(channel),
    queryFn: ({ pageParam, signal }) =>
      unwrapPage(
        api.GET('/v1/sandbox/messages', {
          params: { query: { limit: 50, ...(channel ? { channel } : {}), ...(pageParam ? { after: pageParam } : {}) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  })

export const faultsQuery = queryOptions({
  queryKey: sandboxKeys.faults,
  queryFn: ({ signal }) => unwrap(api.GET('/v1/sandbox/faults', { signal })),
})

export function usePutFault() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: Schema['Fault']) => unwrap(api.PUT('/v1/sandbox/faults', { body })),
    onSettled: () => queries.invalidateQueries({ queryKey: sandboxKeys.faults }),
  })
}

export function useClearSandbox() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => done(api.DELETE('/v1/sandbox/messages')),
    onSettled: () => queries.invalidateQueries({ queryKey: sandboxKeys.all }),
  })
}
