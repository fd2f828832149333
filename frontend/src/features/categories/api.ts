import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, done, type Schema, unwrap, unwrapPage } from '../../lib/api'
import { freshKey } from '../../lib/fresh-key'
import type { ListSource } from '../../lib/list'

/** A category with the workflows that belong to it. */
export interface Category {
  category: Schema['Category']
  workflows: { key: string; name: string }[]
}

const all = ['categories'] as const

async function load(signal: AbortSignal): Promise<Category[]> {
  const [categories, workflows] = await Promise.all([
    unwrapPage(api.GET('/v1/categories', { signal })),
    unwrapPage(api.GET('/v1/workflows', { signal })),
  ])
  return categories.rows.map((category) => ({
    category,
    workflows: workflows.rows.filter((workflow) => workflow.category === category.key),
  }))
}

/** All categories; the search is done here, for there are never many. */
export const categoryList = (q: string): ListSource<Category> => ({
  key: [...all, 'list', q],
  path: '/v1/categories',
  filter: {},
  page: async (_, signal) => {
    const wanted = q.toLowerCase()
    const rows = await load(signal)
    return {
      rows: rows.filter(({ category }) => `${category.key} ${category.name}`.toLowerCase().includes(wanted)),
      next: null,
    }
  },
})

export const categoriesQuery = queryOptions({ queryKey: [...all, 'all'], queryFn: ({ signal }) => load(signal) })

export function usePutCategory() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ key, body }: { key: string; body: Schema['CategoryInput'] }) =>
      unwrap(
        api.PUT('/v1/categories/{key}', {
          params: { path: { key }, header: { 'Idempotency-Key': freshKey() } },
          body,
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: all }),
  })
}

export function useDeleteCategory() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (key: string) => done(api.DELETE('/v1/categories/{key}', { params: { path: { key } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: all }),
  })
}
