import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, done, type Schema, unwrap, unwrapPage } from '../../lib/api'
import { freshKey } from '../../lib/fresh-key'
import type { ListSource } from '../../lib/list'
import type { Run, Sync, SyncInput } from './draft'

const all = ['syncs'] as const
const one = (key: string) => [...all, 'one', key] as const
const once = () => ({ 'Idempotency-Key': freshKey() })

export const works = (run: Run | undefined) => run?.state === 'waiting' || run?.state === 'running'

export const syncList = (): ListSource<Sync> => ({
  key: [...all, 'list'],
  path: '/v1/syncs',
  filter: {},
  page: (ask, signal) => unwrapPage(api.GET('/v1/syncs', { params: { query: ask }, signal })),
})

export const syncQuery = (key: string) =>
  queryOptions({
    queryKey: one(key),
    queryFn: ({ signal }) => unwrap(api.GET('/v1/syncs/{key}', { params: { path: { key } }, signal })),
    refetchInterval: (query) => (works(query.state.data?.last) ? 700 : 15_000),
  })

/** The runs of a sync; after each news of the newest the list is another one. */
export const runList = ({ key, last }: Sync): ListSource<Run> => ({
  key: [...all, 'runs', key, last?.id, last?.state],
  path: `/v1/syncs/${encodeURIComponent(key)}/runs`,
  filter: {},
  page: (ask, signal) => unwrapPage(api.GET('/v1/syncs/{key}/runs', { params: { path: { key }, query: ask }, signal })),
})

export const faultList = ({ key, last }: Sync): ListSource<Schema['RosterFaultyRow']> => ({
  key: [...all, 'faults', key, last?.id, last?.state],
  path: `/v1/syncs/${encodeURIComponent(key)}/faults`,
  filter: {},
  page: (ask, signal) =>
    unwrapPage(api.GET('/v1/syncs/{key}/faults', { params: { path: { key }, query: ask }, signal })),
})

export const groupsQuery = queryOptions({
  queryKey: ['groups', 'all-names'],
  queryFn: ({ signal }) => unwrapPage(api.GET('/v1/groups', { params: { query: { limit: 200 } }, signal })),
})

export function usePreview() {
  return useMutation({ mutationFn: (body: SyncInput) => unwrap(api.POST('/v1/syncs/preview', { body })) })
}

export function usePutSync() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ key = '', ...body }: SyncInput) =>
      unwrap(api.PUT('/v1/syncs/{key}', { params: { path: { key } }, body })),
    onSuccess: (saved) => {
      queries.setQueryData(one(saved.key), saved)
      return queries.invalidateQueries({ queryKey: [...all, 'list'] })
    },
  })
}

export function useDeleteSync() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (key: string) => done(api.DELETE('/v1/syncs/{key}', { params: { path: { key } } })),
    onSuccess: (_, key) => {
      queries.removeQueries({ queryKey: one(key) })
      return queries.invalidateQueries({ queryKey: [...all, 'list'] })
    },
  })
}

/** Begins a run or ends the one under way. */
export function useMoveSync(key: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (move: { to: 'run'; acceptGone?: boolean } | { to: 'cancel' }) => {
      const params = { path: { key }, header: once() }
      return unwrap(
        move.to === 'run'
          ? api.POST('/v1/syncs/{key}/run', { params, body: { accept_gone: move.acceptGone ?? false } })
          : api.POST('/v1/syncs/{key}/cancel', { params }),
      )
    },
    onSuccess: (now) => {
      queries.setQueryData(one(key), now)
      return queries.invalidateQueries({ queryKey: [...all, 'list'] })
    },
  })
}
