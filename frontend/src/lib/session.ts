import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ApiError, api, done, type Schema, setCsrfToken, unwrap } from './api'

export type Me = Schema['Me']
export type Permission = Schema['Permission']

export const meKey = ['me'] as const

/** The signed-in member; null when nobody is. */
export const meQuery = queryOptions({
  queryKey: meKey,
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async ({ signal }): Promise<Me | null> => {
    try {
      return remember(await unwrap(api.GET('/v1/auth/me', { signal })))
    } catch (error) {
      if (error instanceof ApiError && error.type === 'unauthenticated') return null
      throw error
    }
  },
})

export function useSignIn() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: Schema['LoginInput']) => unwrap(api.POST('/v1/auth/login', { body })),
    onSuccess: (me) => queries.setQueryData(meKey, remember(me)),
  })
}

export function useSignOut() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => done(api.POST('/v1/auth/logout')),
    onSuccess: () => {
      // What the next person sees must not come from this one's session.
      queries.setQueryData(meKey, null)
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== meKey[0] })
    },
  })
}

export function useMe(): Me | null {
  return useQuery(meQuery).data ?? null
}

/** Whether the member may do this; `admin` includes everything. */
export function usePermission(wanted: Permission): boolean {
  const held = useMe()?.permissions ?? []
  return held.includes('admin') || held.includes(wanted)
}

function remember(me: Me): Me {
  setCsrfToken(me.csrf_token)
  return me
}
