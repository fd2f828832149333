import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, done, type Schema, unwrap, unwrapPage } from '../../lib/api'
import { freshKey } from '../../lib/fresh-key'
import type { ListSource } from '../../lib/list'
import type { Rule } from './rule'

export type Segment = Schema['Segment']

const all = ['segments'] as const

export const segmentList = (filter: { q?: string; group?: string }): ListSource<Segment> => ({
  key: [...all, 'list', filter],
  path: '/v1/segments',
  filter,
  page: (ask, signal) => unwrapPage(api.GET('/v1/segments', { params: { query: { ...filter, ...ask } }, signal })),
})

export const segmentQuery = (key: string) =>
  queryOptions({
    queryKey: [...all, 'one', key],
    queryFn: ({ signal }) => unwrap(api.GET('/v1/segments/{key}', { params: { path: { key } }, signal })),
  })

export const memberList = (key: string): ListSource<Schema['RecipientRef']> => ({
  key: [...all, 'members', key],
  path: `/v1/segments/${encodeURIComponent(key)}/members`,
  filter: {},
  page: (ask, signal) =>
    unwrapPage(api.GET('/v1/segments/{key}/members', { params: { path: { key }, query: ask }, signal })),
})

/** Who fits a rule. Whatever is asked next by the same editor ends the question, here and on the server. */
export const previewQuery = (rule: Rule, editor: string, enabled: boolean) =>
  queryOptions({
    queryKey: [...all, 'members', 'preview', rule],
    queryFn: ({ signal }) => unwrap(api.POST('/v1/segments/preview', { body: { rule, editor }, signal })),
    enabled,
    retry: false,
    staleTime: 10_000,
    placeholderData: keepPreviousData,
  })

export const membershipQuery = (key: string, id: string) =>
  queryOptions({
    queryKey: [...all, 'members', 'why', key, id],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/v1/segments/{key}/members/{id}', { params: { path: { key, id } }, signal })),
    enabled: id !== '',
    retry: false,
  })

export const attributesQuery = queryOptions({
  queryKey: ['recipients', 'attributes', 'choices'],
  queryFn: ({ signal }) => unwrapPage(api.GET('/v1/recipients/attributes', { signal })),
})

export const groupsQuery = queryOptions({
  queryKey: ['groups', 'choices'],
  queryFn: ({ signal }) => unwrapPage(api.GET('/v1/groups', { params: { query: { limit: 200 } }, signal })),
})

export const workflowsQuery = queryOptions({
  queryKey: ['workflows', 'choices'],
  queryFn: ({ signal }) => unwrapPage(api.GET('/v1/workflows', { signal })),
})

export const peopleQuery = (q: string) =>
  queryOptions({
    queryKey: ['recipients', 'pick', q],
    queryFn: ({ signal }) => unwrapPage(api.GET('/v1/recipients', { params: { query: { q, limit: 8 } }, signal })),
    enabled: q !== '',
  })

export function usePutSegment() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ key, ...body }: Schema['SegmentInput'] & { key: string }) =>
      unwrap(
        api.PUT('/v1/segments/{key}', {
          params: { path: { key }, header: { 'Idempotency-Key': freshKey() } },
          body,
        }),
      ),
    onSuccess: (saved) => {
      queries.setQueryData(segmentQuery(saved.key).queryKey, saved)
      return queries.invalidateQueries({ queryKey: all })
    },
  })
}

export function useDeleteSegment() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (key: string) => done(api.DELETE('/v1/segments/{key}', { params: { path: { key } } })),
    onSuccess: (_, key) => {
      queries.removeQueries({ queryKey: [...all, 'one', key] })
      return queries.invalidateQueries({ queryKey: [...all, 'list'] })
    },
  })
}
