import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, done, type Schema, unwrap, unwrapPage } from '../../lib/api'
import { approvalKeys } from '../../lib/approvals'
import { freshKey } from '../../lib/fresh-key'
import type { ListSource } from '../../lib/list'
import type { Search } from '../../lib/search'

export type View = Schema['TemplateView']
export type Input = Schema['TemplateInput']
export type Source = Schema['TemplateSource']

export const templateKeys = { all: ['templates'] as const, one: (key: string) => ['templates', 'one', key] as const }

export type TemplateFilter = Partial<Record<'q' | 'folder' | 'state', string>>

export function templateFilterOf({ q, folder, state }: Search): TemplateFilter {
  return { ...(q ? { q } : {}), ...(folder ? { folder } : {}), ...(state ? { state } : {}) }
}

export const templateList = (filter: TemplateFilter): ListSource<Schema['TemplateItem']> => ({
  key: [...templateKeys.all, 'list', filter],
  path: '/v1/templates',
  filter,
  page: (ask, signal) => unwrapPage(api.GET('/v1/templates', { params: { query: { ...filter, ...ask } }, signal })),
})

export const foldersQuery = queryOptions({
  queryKey: [...templateKeys.all, 'folders'],
  queryFn: ({ signal }) => unwrap(api.GET('/v1/template-folders', { signal })),
})

export const templateQuery = (key: string) =>
  queryOptions({
    queryKey: templateKeys.one(key),
    queryFn: ({ signal }) => unwrap(api.GET('/v1/templates/{key}', { params: { path: { key } }, signal })),
  })

export const layoutsQuery = queryOptions({
  queryKey: ['layouts'],
  queryFn: ({ signal }) => unwrap(api.GET('/v1/layouts', { signal })),
})

export const historyQuery = (key: string) =>
  queryOptions({
    queryKey: [...templateKeys.one(key), 'history'],
    queryFn: ({ signal }) => unwrap(api.GET('/v1/templates/{key}/history', { params: { path: { key } }, signal })),
  })

export const diffQuery = (key: string, from: number, to: number) =>
  queryOptions({
    queryKey: [...templateKeys.one(key), 'diff', from, to],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/v1/templates/{key}/diff', { params: { path: { key }, query: { from, to } }, signal })),
  })

/** What is wrong with what is being written, and where. */
export const checkQuery = (key: string, draft: Input) =>
  queryOptions({
    queryKey: [...templateKeys.one(key), 'check', draft],
    gcTime: 0,
    queryFn: ({ signal }) =>
      unwrap(api.POST('/v1/templates/{key}/check', { params: { path: { key } }, body: { draft }, signal })),
  })

export const previewQuery = (key: string, body: Schema['PreviewInput']) =>
  queryOptions({
    queryKey: [...templateKeys.one(key), 'preview', body],
    gcTime: 0,
    retry: false,
    queryFn: ({ signal }) =>
      unwrap(api.POST('/v1/templates/{key}/preview', { params: { path: { key } }, body, signal })),
  })

/** The last real event of a type, for its data. */
export const lastEventQuery = (type: string) =>
  queryOptions({
    queryKey: ['last-event', type],
    queryFn: async ({ signal }) =>
      (await unwrapPage(api.GET('/v1/events', { params: { query: { type, limit: 1 } }, signal }))).rows[0] ?? null,
  })

export const recipientQuery = (id: string) =>
  queryOptions({
    queryKey: ['recipient', id],
    retry: false,
    queryFn: ({ signal }) => unwrap(api.GET('/v1/recipients/{id}', { params: { path: { id } }, signal })),
  })

export const saveTemplate = (key: string, body: Input) =>
  unwrap(api.PUT('/v1/templates/{key}', { params: { path: { key }, header: { 'Idempotency-Key': freshKey() } }, body }))

export const importTemplate = (text: string) =>
  unwrap(
    api.POST('/v1/templates/import', {
      params: { header: { 'Idempotency-Key': freshKey() } },
      body: text,
      bodySerializer: (body) => body as string,
      headers: { 'Content-Type': 'application/yaml' },
    }),
  )

export type Move = 'submit' | 'withdraw' | 'publish' | 'retire' | 'unretire' | 'discard'

/** Moves a template on its way to people. */
export function useMove(key: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ move, note = '' }: { move: Move; note?: string }) => moved(key, move, note),
    onSettled: () => refresh(queries),
  })
}

type Queries = ReturnType<typeof useQueryClient>
const refresh = (queries: Queries) =>
  Promise.all([templateKeys.all, approvalKeys.all].map((queryKey) => queries.invalidateQueries({ queryKey })))

function moved(key: string, move: Move, note: string): Promise<{ note?: string }> {
  const params = { path: { key }, header: { 'Idempotency-Key': freshKey() } }
  switch (move) {
    case 'submit':
      return unwrap(api.POST('/v1/templates/{key}/submit', { params, body: { note } })).then(() => ({}))
    case 'withdraw':
      return unwrap(api.POST('/v1/templates/{key}/withdraw', { params })).then(() => ({}))
    case 'publish':
      return unwrap(api.POST('/v1/templates/{key}/publish', { params }))
    case 'retire':
      return unwrap(api.POST('/v1/templates/{key}/retire', { params, body: { note } }))
    case 'unretire':
      return unwrap(api.POST('/v1/templates/{key}/unretire', { params, body: { note } }))
    case 'discard':
      return done(api.DELETE('/v1/templates/{key}/draft', { params: { path: { key } } })).then(() => ({}))
  }
}

export function useRollback(key: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (version: number) =>
      unwrap(
        api.POST('/v1/templates/{key}/rollback', {
          params: { path: { key }, header: { 'Idempotency-Key': freshKey() } },
          body: { version },
        }),
      ),
    onSettled: () => refresh(queries),
  })
}

export function useTestSend(key: string) {
  return useMutation({
    mutationFn: (body: Schema['PreviewInput']) =>
      unwrap(
        api.POST('/v1/templates/{key}/test', {
          params: { path: { key }, header: { 'Idempotency-Key': freshKey() } },
          body,
        }),
      ),
  })
}
