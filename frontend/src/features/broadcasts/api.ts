import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, type Schema, unwrap, unwrapPage } from '../../lib/api'
import { freshKey } from '../../lib/fresh-key'
import type { ListSource } from '../../lib/list'

export type Broadcast = Schema['Broadcast']
export type State = Schema['BroadcastState']
export type Input = Schema['BroadcastInput']
export type Check = Schema['BroadcastCheck']
export type Estimate = Schema['BroadcastEstimate']
export type Quota = Schema['BroadcastQuota']
export type Previewed = Schema['BroadcastPreview']
export type Finding = Schema['BroadcastFinding']
export type Outcome = Schema['BroadcastOutcome']

export const recallOutcomes = [
  'deleted',
  'stopped',
  'nothing',
  'cannot',
  'failed',
] as const satisfies readonly Schema['BroadcastRecallOutcome'][]

export const states = [
  'draft',
  'submitted',
  'rejected',
  'approved',
  'scheduled',
  'sending',
  'paused',
  'completed',
  'cancelled',
  'failed',
] as const satisfies readonly State[]

const all = ['broadcasts'] as const
const once = () => ({ 'Idempotency-Key': freshKey() })

/** Nothing of it has gone out yet. */
export const isEditable = (state: State) => ['draft', 'submitted', 'rejected', 'approved', 'scheduled'].includes(state)
/** Nothing more happens to it. */
export const hasEnded = (state: State) => ['completed', 'cancelled', 'failed'].includes(state)

export interface Filter {
  q?: string
  state?: string
  author?: string
  group?: string
  segment?: string
}

export const broadcastList = (filter: Filter): ListSource<Broadcast> => ({
  key: [...all, 'list', filter],
  path: '/v1/broadcasts',
  filter,
  page: (ask, signal) => unwrapPage(api.GET('/v1/broadcasts', { params: { query: { ...filter, ...ask } }, signal })),
})

const one = (id: string) => [...all, 'one', id] as const

export const broadcastQuery = (id: string) =>
  queryOptions({
    queryKey: one(id),
    queryFn: ({ signal }) => unwrap(api.GET('/v1/broadcasts/{id}', { params: { path: { id } }, signal })),
  })

export const progressQuery = (id: string) =>
  queryOptions({
    queryKey: [...one(id), 'progress'],
    queryFn: ({ signal }) => unwrap(api.GET('/v1/broadcasts/{id}/progress', { params: { path: { id } }, signal })),
  })

export const historyQuery = (id: string) =>
  queryOptions({
    queryKey: [...one(id), 'history'],
    queryFn: ({ signal }) => unwrapPage(api.GET('/v1/broadcasts/{id}/history', { params: { path: { id } }, signal })),
  })

/** What is found of one revision: another one is another question. */
export const checkQuery = ({ id, revision, hash }: Broadcast, enabled: boolean) =>
  queryOptions({
    queryKey: ['broadcast-checks', id, revision, hash],
    queryFn: ({ signal }) => unwrap(api.POST('/v1/broadcasts/{id}/check', { params: { path: { id } }, signal })),
    enabled,
    retry: false,
    staleTime: 60_000,
  })

/** What one person would get of one revision. */
export const previewQuery = ({ id, revision, hash }: Broadcast, recipient: string) =>
  queryOptions({
    queryKey: ['broadcast-checks', id, revision, hash, recipient],
    queryFn: ({ signal }) =>
      unwrap(api.POST('/v1/broadcasts/{id}/preview', { params: { path: { id } }, body: { recipient }, signal })),
    enabled: recipient !== '',
    retry: false,
    staleTime: 60_000,
  })

/** Somebody a test goes to: by an id, or by an address of their own. */
export const triedOf = (text: string) =>
  text.includes('@') ? { email: text } : text.startsWith('+') ? { phone: text } : text

/** Sends it to a few as a test; to who asks, when nobody is named. */
export function useTrial(id: string) {
  return useMutation({
    mutationFn: ({ to, as }: { to: string[]; as: string }) =>
      unwrap(
        api.POST('/v1/broadcasts/{id}/test', {
          params: { path: { id }, header: once() },
          body: { ...(to.length > 0 ? { to: to.map(triedOf) } : {}), ...(as ? { as } : {}) },
        }),
      ),
  })
}

export interface OutcomeFilter {
  recall?: string
  reached?: 'yes' | 'no'
}

export const outcomeList = (id: string, filter: OutcomeFilter = {}): ListSource<Outcome> => {
  return {
    key: [...one(id), 'outcomes', filter],
    path: `/v1/broadcasts/${id}/recipients`,
    filter,
    page: (ask, signal) =>
      unwrapPage(
        api.GET('/v1/broadcasts/{id}/recipients', { params: { path: { id }, query: { ...filter, ...ask } }, signal }),
      ),
  }
}

export const choicesQuery = queryOptions({
  queryKey: ['broadcast-choices'],
  queryFn: async ({ signal }) => {
    const query = { limit: 200 }
    const [segments, groups, categories, templates, workflows] = await Promise.all([
      unwrapPage(api.GET('/v1/segments', { params: { query }, signal })),
      unwrapPage(api.GET('/v1/groups', { params: { query }, signal })),
      unwrapPage(api.GET('/v1/categories', { signal })),
      unwrapPage(api.GET('/v1/templates', { params: { query: { ...query, state: 'live' } }, signal })),
      unwrapPage(api.GET('/v1/workflows', { signal })),
    ])
    const named = (rows: { key: string; name?: string }[]) =>
      rows.map(({ key, name }) => ({ value: key, label: name || key }))
    return {
      segments: named(segments.rows),
      groups: named(groups.rows),
      categories: named(categories.rows),
      templates: named(templates.rows),
      workflows: named(workflows.rows),
    }
  },
  staleTime: 10_000,
})

/** Creates a broadcast, or changes the one of the id. */
export function useSave(id?: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: Input) =>
      id === undefined
        ? unwrap(api.POST('/v1/broadcasts', { params: { header: once() }, body }))
        : unwrap(api.PUT('/v1/broadcasts/{id}', { params: { path: { id }, header: once() }, body })),
    onSuccess: (saved) => {
      queries.setQueryData(one(saved.id), saved)
      return queries.invalidateQueries({ queryKey: all })
    },
  })
}

export type Move =
  | { to: 'submit'; note: string; revision: number }
  | { to: 'approve'; hash: string }
  | { to: 'break-glass'; hash: string; reason: string }
  | { to: 'reject'; reason: string }
  | { to: 'cancel'; reason: string; keep_sent: boolean }
  | { to: 'pause' | 'resume' | 'recall' }

/** Takes a broadcast a step further. */
export function useMove(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (move: Move) => {
      const { to, ...body } = move
      const params = { path: { id }, header: once() }
      return unwrap(api.POST(`/v1/broadcasts/{id}/${to}`, { params, body } as never)) as Promise<Broadcast>
    },
    onSuccess: (now) => {
      queries.setQueryData(one(id), now)
      return queries.invalidateQueries({ queryKey: all })
    },
  })
}
