import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, done, type Schema, unwrap } from '../../lib/api'
import { useOptimistic } from '../../lib/optimistic'
import { meKey } from '../../lib/session'

export type Session = Schema['Session']

export const sessionsQuery = queryOptions({
  queryKey: ['account', 'sessions'],
  queryFn: ({ signal }) => unwrap(api.GET('/v1/auth/sessions', { signal })),
})

export function useSaveProfile() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: { name: string; locale: '' | 'en' | 'zh-CN' }) => unwrap(api.PUT('/v1/auth/me', { body })),
    onSuccess: (me) => queries.setQueryData(meKey, me),
  })
}

export function useChangePassword() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: { current: string; new: string }) => done(api.PUT('/v1/auth/password', { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  })
}

/** Ends a session of one's own; its row goes at once and comes back when the server says no. */
export function useEndSession(onDone: () => void) {
  return useOptimistic<Session[], string>({
    key: sessionsQuery.queryKey,
    change: (before, id) => before.filter((session) => session.id !== id),
    call: (id) => done(api.DELETE('/v1/auth/sessions/{id}', { params: { path: { id } } })),
    onDone,
  })
}

export function useEndOthers(onDone: () => void) {
  return useOptimistic<Session[], void>({
    key: sessionsQuery.queryKey,
    change: (before) => before.filter((session) => session.current),
    call: () => done(api.DELETE('/v1/auth/sessions')),
    onDone,
  })
}

export const secondStepQuery = queryOptions({
  queryKey: ['account', 'second'],
  queryFn: ({ signal }) => unwrap(api.GET('/v1/auth/two-factor', { signal })),
})

export function useEnrol() {
  return useMutation({
    mutationFn: (current: string) => unwrap(api.POST('/v1/auth/two-factor', { body: { current } })),
  })
}

export function useConfirmSecondStep() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (code: string) => unwrap(api.POST('/v1/auth/two-factor/confirm', { body: { code } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: secondStepQuery.queryKey }),
  })
}

export function useDisableSecondStep() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (current: string) => done(api.POST('/v1/auth/two-factor/disable', { body: { current } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: secondStepQuery.queryKey }),
  })
}
