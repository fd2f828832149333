import { keepPreviousData, queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, done, type Schema, unwrap } from '../../lib/api'
import { freshKey } from '../../lib/fresh-key'

export type Hook = Schema['Hook']
export type HookInput = Schema['HookInput']
export type Mapping = Schema['HookMapping']
export type Made = Schema['HookMade']

const keyOf = (source: string) => ['sources', 'hook', source] as const

/** The hook of a source; null when it has none yet. */
export const hookQuery = (source: string) =>
  queryOptions({
    queryKey: keyOf(source),
    queryFn: ({ signal }): Promise<Hook | null> =>
      unwrap(api.GET('/v1/sources/{key}/hook', { params: { path: { key: source } }, signal })),
  })

export function usePutHook(source: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: HookInput) =>
      unwrap(api.PUT('/v1/sources/{key}/hook', { params: { path: { key: source } }, body })),
    onSuccess: (saved) => queries.setQueryData(keyOf(source), saved),
  })
}

export function useDeleteHook(source: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => done(api.DELETE('/v1/sources/{key}/hook', { params: { path: { key: source } } })),
    onSuccess: () => queries.setQueryData(keyOf(source), null),
  })
}

/** What a mapping makes of a payload, asked anew whenever one of them changes. */
export const useTry = (source: string, mapping: Mapping, payload: unknown, ready: boolean) =>
  useQuery({
    queryKey: ['sources', 'hook-try', source, mapping, payload],
    enabled: ready,
    retry: false,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }): Promise<Made> =>
      unwrap(
        api.POST('/v1/sources/{key}/hook/try', {
          params: { path: { key: source }, header: { 'Idempotency-Key': freshKey() } },
          body: { mapping, payload },
          signal,
        }),
      ),
  })
