import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, done, type Schema, unwrap } from '../../lib/api'
import { approvalKeys } from '../../lib/approvals'
import { freshKey } from '../../lib/fresh-key'

/** What is written here and goes to people by way of a review. */
export type Kind = 'templates' | 'layouts' | 'partials'

/** One of them, as the API names it. */
export interface Way {
  kind: Kind
  key: string
}

/** One of them with where it stands. */
export interface Subject extends Way {
  review: Schema['ReviewHead']
  faults: Schema['FieldError'][]
}

/** The same steps are at the same place of all; the types of templates stand for all. */
const at = <Step extends string>(kind: Kind, step: Step) => `/v1/${kind}/{key}${step}` as `/v1/templates/{key}${Step}`

export const historyQuery = ({ kind, key }: Way) =>
  queryOptions({
    queryKey: [kind, 'one', key, 'history'],
    queryFn: ({ signal }) => unwrap(api.GET(at(kind, '/history'), { params: { path: { key } }, signal })),
  })

export const diffQuery = ({ kind, key }: Way, from: number, to: number) =>
  queryOptions({
    queryKey: [kind, 'one', key, 'diff', from, to],
    queryFn: ({ signal }) =>
      unwrap(api.GET(at(kind, '/diff'), { params: { path: { key }, query: { from, to } }, signal })),
  })

export type Move = 'submit' | 'withdraw' | 'publish' | 'retire' | 'unretire' | 'discard'

/** Moves a subject on its way to people. */
export function useMove(way: Way) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ move, note = '' }: { move: Move; note?: string }) => moved(way, move, note),
    onSettled: () => refresh(queries, way.kind),
  })
}

type Queries = ReturnType<typeof useQueryClient>
const refresh = (queries: Queries, kind: Kind) =>
  Promise.all([[kind], approvalKeys.all].map((queryKey) => queries.invalidateQueries({ queryKey })))

function moved({ kind, key }: Way, move: Move, note: string): Promise<{ note?: string }> {
  const params = { path: { key }, header: { 'Idempotency-Key': freshKey() } }
  switch (move) {
    case 'submit':
      return unwrap(api.POST(at(kind, '/submit'), { params, body: { note } })).then(() => ({}))
    case 'withdraw':
      return unwrap(api.POST(at(kind, '/withdraw'), { params })).then(() => ({}))
    case 'publish':
      return unwrap(api.POST(at(kind, '/publish'), { params }))
    case 'retire':
      return unwrap(api.POST(at(kind, '/retire'), { params, body: { note } }))
    case 'unretire':
      return unwrap(api.POST(at(kind, '/unretire'), { params, body: { note } }))
    case 'discard':
      return done(api.DELETE(at(kind, '/draft'), { params: { path: { key } } })).then(() => ({}))
  }
}

export function useRollback({ kind, key }: Way) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (version: number) =>
      unwrap(
        api.POST(at(kind, '/rollback'), {
          params: { path: { key }, header: { 'Idempotency-Key': freshKey() } },
          body: { version },
        }),
      ),
    onSettled: () => refresh(queries, kind),
  })
}
