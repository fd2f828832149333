import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, done, type Schema, unwrap, unwrapPage } from '../../lib/api'
import { freshKey } from '../../lib/fresh-key'
import type { ListSource } from '../../lib/list'

export type Source = Schema['SourceView']

const all = ['sources'] as const

/** All sources; the search is done here, for there are never many. */
export const sourceList = (q: string): ListSource<Source> => ({
  key: [...all, 'list', q],
  path: '/v1/sources',
  filter: {},
  page: async (_, signal) => {
    const { rows } = await unwrapPage(api.GET('/v1/sources', { signal }))
    const wanted = q.toLowerCase()
    return { rows: rows.filter(({ key, name }) => `${key} ${name}`.toLowerCase().includes(wanted)), next: null }
  },
})

export const sourcesQuery = queryOptions({
  queryKey: [...all, 'all'],
  queryFn: ({ signal }) => unwrapPage(api.GET('/v1/sources', { signal })),
})

export function usePutSource() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ key, name }: { key: string; name: string }) =>
      unwrap(
        api.PUT('/v1/sources/{key}', {
          params: { path: { key }, header: { 'Idempotency-Key': freshKey() } },
          body: { name },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: all }),
  })
}

export function useDeleteSource() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (key: string) => done(api.DELETE('/v1/sources/{key}', { params: { path: { key } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: all }),
  })
}
