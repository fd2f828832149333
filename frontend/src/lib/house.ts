import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from './api'

/** How this Clarion is set up. */
export const houseQuery = queryOptions({
  queryKey: ['house'] as const,
  staleTime: 300_000,
  queryFn: ({ signal }) => unwrap(api.GET('/v1/settings', { signal })),
})
