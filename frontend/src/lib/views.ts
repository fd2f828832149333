import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, done, type Schema, unwrap, unwrapPage } from './api'
import { useOptimistic } from './optimistic'

export type View = Schema['View']

/** The views the member has saved, of all lists: they are few. */
export const viewsQuery = queryOptions({
  queryKey: ['views'] as const,
  staleTime: 60_000,
  queryFn: async ({ signal }): Promise<View[]> => (await unwrapPage(api.GET('/v1/views', { signal }))).rows,
})

export function useSaveView() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ list, name, search }: Pick<View, 'list' | 'name' | 'search'>) =>
      unwrap(api.PUT('/v1/views', { body: { list, name, search } })),
    onSettled: () => queries.invalidateQueries({ queryKey: viewsQuery.queryKey }),
  })
}

export function useDeleteView() {
  return useOptimistic<View[], string>({
    key: viewsQuery.queryKey,
    change: (views, id) => views.filter((view) => view.id !== id),
    call: (id) => done(api.DELETE('/v1/views/{id}', { params: { path: { id } } })),
  })
}
