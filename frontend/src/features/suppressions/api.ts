import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, done, type Schema, unwrap, unwrapPage } from '../../lib/api'
import type { paths } from '../../lib/api-schema.gen'
import { freshKey } from '../../lib/fresh-key'
import type { ListSource } from '../../lib/list'
import type { SuppressionScopeKind } from '../../lib/words'

export type Suppression = Schema['Suppression']
export type SuppressionFilter = Omit<
  NonNullable<paths['/v1/suppressions']['get']['parameters']['query']>,
  'limit' | 'after'
>

const all = ['suppressions'] as const

export const suppressionList = (filter: SuppressionFilter): ListSource<Suppression> => ({
  key: [...all, 'list', filter],
  path: '/v1/suppressions',
  filter,
  page: (ask, signal) => unwrapPage(api.GET('/v1/suppressions', { params: { query: { ...filter, ...ask } }, signal })),
})

export const suppressionQuery = (id: string) =>
  queryOptions({
    queryKey: [...all, 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/v1/suppressions/{id}', { params: { path: { id } }, signal })),
  })

/** The keys that a scope may name. */
export const scopeKeysQuery = (kind: SuppressionScopeKind) =>
  queryOptions({
    queryKey: ['scope-keys', kind],
    staleTime: 60_000,
    queryFn: async ({ signal }): Promise<string[]> => {
      if (kind === 'category') return (await unwrap(api.GET('/v1/categories', { signal }))).map(({ key }) => key)
      if (kind === 'source') return (await unwrap(api.GET('/v1/sources', { signal }))).map(({ key }) => key)
      return (await unwrap(api.GET('/v1/workflows', { signal }))).map(({ key }) => key)
    },
  })

function useRefresh() {
  const queries = useQueryClient()
  return () => queries.invalidateQueries({ queryKey: all })
}

export function useAddSuppression() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: (body: Schema['SuppressionInput']) =>
      unwrap(api.POST('/v1/suppressions', { params: { header: { 'Idempotency-Key': freshKey() } }, body })),
    onSuccess: refresh,
  })
}

export function useLiftSuppression() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: ({ id, reason }: { id: string; reason: string }) =>
      done(api.DELETE('/v1/suppressions/{id}', { params: { path: { id }, query: { reason } } })),
    onSuccess: refresh,
  })
}

/** Reads a file, or stores it when it is no preview. */
export function useImportSuppressions() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: (body: Schema['SuppressionImport']) =>
      unwrap(api.POST('/v1/suppressions/import', { params: { header: { 'Idempotency-Key': freshKey() } }, body })),
    onSuccess: ({ added }) => (added > 0 ? refresh() : undefined),
  })
}
