import { queryOptions, useMutation } from '@tanstack/react-query'
import { api, type Schema, unwrap, unwrapPage } from '../../lib/api'
import { freshKey } from '../../lib/fresh-key'
import type { ListSource } from '../../lib/list'
import type { Search } from '../../lib/search'
import { type Channel, channels, isOneOf } from '../../lib/words'

export type View = Schema['TemplateView']
export type Input = Schema['TemplateInput']
export type Source = Schema['TemplateSource']

export const templateKeys = { all: ['templates'] as const, one: (key: string) => ['templates', 'one', key] as const }

export type TemplateFilter = Partial<Record<'q' | 'folder' | 'state', string>> & { channel?: Channel }

export function templateFilterOf({ q, folder, state, channel = '' }: Search): TemplateFilter {
  return {
    ...(q ? { q } : {}),
    ...(folder ? { folder } : {}),
    ...(state ? { state } : {}),
    ...(isOneOf(channels, channel) ? { channel } : {}),
  }
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

/** The last real event that started a workflow with this template, with its data, which lists leave out. */
export const lastEventQuery = (template: string) =>
  queryOptions({
    queryKey: ['last-event', template],
    queryFn: async ({ signal }) => {
      const query = { template, limit: 1 }
      const { rows } = await unwrapPage(api.GET('/v1/events', { params: { query }, signal }))
      const id = rows[0]?.id
      return id ? unwrap(api.GET('/v1/events/{id}', { params: { path: { id } }, signal })) : null
    },
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
