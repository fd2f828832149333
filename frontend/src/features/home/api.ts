import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, type Schema, unwrap, unwrapPage } from '../../lib/api'

export const homeKeys = {
  all: ['home'] as const,
  quickstart: ['home', 'quickstart'] as const,
  tail: ['home', 'tail'] as const,
  ledger: ['home', 'ledger'] as const,
}

export const quickstartQuery = queryOptions({
  queryKey: homeKeys.quickstart,
  queryFn: ({ signal }) => unwrap(api.GET('/v1/home/quickstart', { signal })),
})

export const tailQuery = queryOptions({
  queryKey: homeKeys.tail,
  queryFn: ({ signal }) => unwrapPage(api.GET('/v1/messages', { params: { query: { limit: 15 } }, signal })),
})

export const ledgerQuery = queryOptions({
  queryKey: homeKeys.ledger,
  queryFn: ({ signal }) => unwrap(api.GET('/v1/ledger', { signal })),
})

/** Sends an event as the signed-in member. One key per click: a lost answer may be asked for again. */
export function useSendEvent() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ body, key }: { body: Schema['EventInput']; key: string }) =>
      unwrap(api.POST('/v1/events', { body, params: { header: { 'Idempotency-Key': key } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: homeKeys.all }),
  })
}
