import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, type Schema, unwrap, unwrapPage } from '../../lib/api'
import { freshKey } from '../../lib/fresh-key'
import type { ListSource } from '../../lib/list'
import type { MessageFilter } from '../../lib/message-filter'

/** What a replay or a discard is about: chosen messages, or all that match. */
export type Scope = { ids: string[] } | { filter: MessageFilter }

export type TemplateChoice = NonNullable<Schema['ReplayInput']['template']>

export const failureKeys = {
  all: ['failures'] as const,
  list: (filter: MessageFilter) => ['failures', 'list', filter] as const,
  causes: (filter: MessageFilter) => ['failures', 'causes', filter] as const,
  // Not under `all`: carrying a replay out must not count it again.
  preview: (scope: Scope, template: TemplateChoice) => ['failures-preview', scope, template] as const,
}

export const failureList = (filter: MessageFilter): ListSource<Schema['Message']> => ({
  key: failureKeys.list(filter),
  path: '/v1/dead-letters',
  filter,
  page: (ask, signal) => unwrapPage(api.GET('/v1/dead-letters', { params: { query: { ...filter, ...ask } }, signal })),
})

export const causesQuery = (filter: MessageFilter) =>
  queryOptions({
    queryKey: failureKeys.causes(filter),
    queryFn: ({ signal }) => unwrap(api.GET('/v1/dead-letters/causes', { params: { query: filter }, signal })),
  })

/** Counts what a replay would do; nothing is sent. */
export const previewQuery = (scope: Scope, template: TemplateChoice) =>
  queryOptions({
    queryKey: failureKeys.preview(scope, template),
    gcTime: 0,
    staleTime: 0,
    queryFn: ({ signal }) =>
      unwrap(api.POST('/v1/dead-letters/replay', { body: { ...scope, template, preview: true }, signal })),
  })

export function useReplay() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ scope, template }: { scope: Scope; template: TemplateChoice }) =>
      unwrap(
        api.POST('/v1/dead-letters/replay', {
          body: { ...scope, template, preview: false },
          params: { header: { 'Idempotency-Key': freshKey() } },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: failureKeys.all }),
  })
}

export function useDiscard() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ scope, reason }: { scope: Scope; reason: string }) =>
      unwrap(
        api.POST('/v1/dead-letters/discard', {
          body: { ...scope, reason },
          params: { header: { 'Idempotency-Key': freshKey() } },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: failureKeys.all }),
  })
}
