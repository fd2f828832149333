import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError } from './api'
import { meKey } from './session'

/** A client for one page load. A 401 anywhere means the session ended: the sign-in page takes over. */
export function newQueryClient(): QueryClient {
  const onError = (error: Error) => {
    if (error instanceof ApiError && error.type === 'unauthenticated') client.setQueryData(meKey, null)
  }
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 5000,
        retry: (count, error) => count < 2 && error instanceof ApiError && error.status === 0,
      },
    },
  })
  return client
}
