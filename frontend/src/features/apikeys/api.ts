import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, done, type Schema, unwrap, unwrapPage } from '../../lib/api'
import type { paths } from '../../lib/api-schema.gen'
import { freshKey } from '../../lib/fresh-key'
import type { ListSource } from '../../lib/list'

export type ApiKey = Schema['ApiKey']
export type NewApiKey = Schema['NewApiKey']
export type KeyFilter = Omit<NonNullable<paths['/v1/api-keys']['get']['parameters']['query']>, 'limit' | 'after'>

const all = ['api-keys'] as const

export const keyList = (filter: KeyFilter): ListSource<ApiKey> => ({
  key: [...all, 'list', filter],
  path: '/v1/api-keys',
  filter,
  page: (ask, signal) => unwrapPage(api.GET('/v1/api-keys', { params: { query: { ...filter, ...ask } }, signal })),
})

export const keyQuery = (id: string) =>
  queryOptions({
    queryKey: [...all, 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/v1/api-keys/{id}', { params: { path: { id } }, signal })),
  })

/** The sources a key may belong to. */
export const sourceChoices = queryOptions({
  queryKey: ['sources', 'all'],
  queryFn: ({ signal }) => unwrapPage(api.GET('/v1/sources', { signal })),
})

function useRefresh() {
  const queries = useQueryClient()
  return () => Promise.all([all, ['sources']].map((queryKey) => queries.invalidateQueries({ queryKey })))
}

export function useCreateKey() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: (body: Schema['ApiKeyInput']) => unwrap(api.POST('/v1/api-keys', { body })),
    onSuccess: refresh,
  })
}

export function useChangeKey(id: string) {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: (body: Schema['ApiKeyChange']) =>
      unwrap(
        api.PUT('/v1/api-keys/{id}', { params: { path: { id }, header: { 'Idempotency-Key': freshKey() } }, body }),
      ),
    onSuccess: refresh,
  })
}

export function useRotateKey(id: string) {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: (hours: number) =>
      unwrap(api.POST('/v1/api-keys/{id}/rotate', { params: { path: { id } }, body: { expires_in_hours: hours } })),
    onSuccess: refresh,
  })
}

export function useRevokeKey() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: (id: string) => done(api.DELETE('/v1/api-keys/{id}', { params: { path: { id } } })),
    onSuccess: refresh,
  })
}
