import { queryOptions } from '@tanstack/react-query'
import { api, type Schema, unwrap, unwrapPage } from '../../lib/api'
import { freshKey } from '../../lib/fresh-key'
import type { ListSource } from '../../lib/list'
import { useWriting } from './use-writing'

export type PartView = Schema['PartView']
export type PartInput = Schema['PartInput']
export type PartItem = Schema['PartItem'] & Partial<Pick<Schema['PartialItem'], 'used_in' | 'parameters'>>

/** What templates share. Layouts and partials are at the same places of the API; the types of one stand for both. */
export type PartKind = 'layouts' | 'partials'

const at = <Step extends string>(kind: PartKind, step: Step) => `/v1/${kind}${step}` as `/v1/layouts${Step}`

const roots = { layouts: ['layouts'], partials: ['partials'] } as const

export const partKeys = {
  all: (kind: PartKind) => roots[kind],
  one: (kind: PartKind, key: string) => [...roots[kind], 'one', key] as const,
}

// There are few, and the API gives all of them at once.
const ask = (kind: PartKind, signal: AbortSignal) => api.GET(at(kind, ''), { signal })

export const partList = (kind: PartKind): ListSource<PartItem> => ({
  key: [...roots[kind], 'list'],
  path: `/v1/${kind}`,
  filter: {},
  page: (_ask, signal) => unwrapPage(ask(kind, signal)),
})

export const partsQuery = (kind: PartKind) =>
  queryOptions({
    queryKey: [...roots[kind], 'all'],
    queryFn: ({ signal }): Promise<PartItem[]> => unwrap(ask(kind, signal)),
  })

export const partQuery = (kind: PartKind, key: string) =>
  queryOptions({
    queryKey: partKeys.one(kind, key),
    queryFn: ({ signal }) => unwrap(api.GET(at(kind, '/{key}'), { params: { path: { key } }, signal })),
  })

/** An email in the layout as it is being written, or what is wrong with the layout. */
export const layoutPreviewQuery = (key: string, body: Schema['LayoutPreviewInput']) =>
  queryOptions({
    queryKey: [...partKeys.one('layouts', key), 'preview', body],
    gcTime: 0,
    retry: false,
    queryFn: ({ signal }) => unwrap(api.POST('/v1/layouts/{key}/preview', { params: { path: { key } }, body, signal })),
  })

/** The partial as it is being written, in an email and as text, or what is wrong with it. */
export const partialPreviewQuery = (key: string, body: Schema['PartialPreviewInput']) =>
  queryOptions({
    queryKey: [...partKeys.one('partials', key), 'preview', body],
    gcTime: 0,
    retry: false,
    queryFn: ({ signal }) =>
      unwrap(api.POST('/v1/partials/{key}/preview', { params: { path: { key } }, body, signal })),
  })

export const savePart = (kind: PartKind, key: string, body: PartInput) =>
  unwrap(api.PUT(at(kind, '/{key}'), { params: { path: { key }, header: { 'Idempotency-Key': freshKey() } }, body }))

/** The words of a part while they are being written. */
export function usePartDraft(kind: PartKind, view: PartView) {
  return useWriting(view, {
    queryKey: partKeys.one(kind, view.key),
    inputOf: ({ draft, mjml, text }: PartView): PartInput => ({
      mjml: (draft ?? { mjml }).mjml,
      text: (draft ? draft.text : text) ?? '',
    }),
    save: (input: PartInput, revision) => savePart(kind, view.key, { ...input, revision }),
  })
}

export type PartDraft = ReturnType<typeof usePartDraft>

/** What each begins with: a layout with the place of the email, a partial with a few words. */
export const beginnings: Record<PartKind, PartInput> = {
  layouts: {
    mjml: `<mjml>
  <mj-head>
    <mj-attributes>
      <mj-all font-family="Helvetica, Arial, sans-serif" />
    </mj-attributes>
  </mj-head>
  <mj-body>
    {{ content }}
  </mj-body>
</mjml>
`,
  },
  partials: { mjml: '<strong>{{ name }}</strong>\n', text: '{{ name }}\n' },
}
