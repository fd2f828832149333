import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from './api'

export const approvalKeys = {
  all: ['approvals'] as const,
  counts: ['approvals', 'counts'] as const,
}

/** How many approvals wait: the number beside the page's name. */
export const approvalCounts = queryOptions({
  queryKey: approvalKeys.counts,
  queryFn: ({ signal }) => unwrap(api.GET('/v1/approvals/counts', { signal })),
  refetchInterval: 30_000,
})
