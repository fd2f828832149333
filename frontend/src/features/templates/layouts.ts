import { queryOptions } from '@tanstack/react-query'
import { api, type Schema, unwrap, unwrapPage } from '../../lib/api'
import { freshKey } from '../../lib/fresh-key'
import type { ListSource } from '../../lib/list'
import { useWriting } from './use-writing'

export type LayoutView = Schema['LayoutView']
export type LayoutInput = Schema['LayoutInput']

export const layoutKeys = { all: ['layouts'] as const, one: (key: string) => ['layouts', 'one', key] as const }

export const layoutList: ListSource<Schema['LayoutItem']> = {
  key: [...layoutKeys.all, 'list'],
  path: '/v1/layouts',
  filter: {},
  // There are few, and the API gives all of them at once.
  page: (_ask, signal) => unwrapPage(api.GET('/v1/layouts', { signal })),
}

export const layoutQuery = (key: string) =>
  queryOptions({
    queryKey: layoutKeys.one(key),
    queryFn: ({ signal }) => unwrap(api.GET('/v1/layouts/{key}', { params: { path: { key } }, signal })),
  })

/** An email in the layout as it is being written, or what is wrong with the layout. */
export const layoutPreviewQuery = (key: string, body: Schema['LayoutPreviewInput']) =>
  queryOptions({
    queryKey: [...layoutKeys.one(key), 'preview', body],
    gcTime: 0,
    retry: false,
    queryFn: ({ signal }) => unwrap(api.POST('/v1/layouts/{key}/preview', { params: { path: { key } }, body, signal })),
  })

export const saveLayout = (key: string, body: LayoutInput) =>
  unwrap(api.PUT('/v1/layouts/{key}', { params: { path: { key }, header: { 'Idempotency-Key': freshKey() } }, body }))

/** The words of a layout while they are being written. */
export function useLayoutDraft(view: LayoutView) {
  return useWriting(view, {
    queryKey: layoutKeys.one(view.key),
    inputOf: ({ draft, mjml, text }: LayoutView): LayoutInput => ({
      mjml: (draft ?? { mjml }).mjml,
      text: (draft ? draft.text : text) ?? '',
    }),
    save: (input: LayoutInput, revision) => saveLayout(view.key, { ...input, revision }),
  })
}

export type LayoutDraft = ReturnType<typeof useLayoutDraft>

/** What a layout begins with: the place of the email, and nothing else. */
export const plainLayout = `<mjml>
  <mj-head>
    <mj-attributes>
      <mj-all font-family="Helvetica, Arial, sans-serif" />
    </mj-attributes>
  </mj-head>
  <mj-body>
    {{ content }}
  </mj-body>
</mjml>
`
