import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, type Schema, unwrap, unwrapPage } from './api'
import type { paths } from './api-schema.gen'
import { freshKey } from './fresh-key'
import type { ListSource } from './list'

export type Saga = Schema['Saga']
export type SagaView = Schema['SagaView']
export type SagaStep = Schema['SagaStep']
export type SagaTransition = Schema['SagaTransition']
export type SagaFilter = Omit<NonNullable<paths['/v1/sagas']['get']['parameters']['query']>, 'limit' | 'after'>

/** The states in the order the pages show them. */
export const sagaStates = [
  'running',
  'waiting',
  'compensating',
  'compensation_failed',
  'completed',
  'compensated',
] as const

const all = ['sagas'] as const
const one = (id: string) => [...all, 'one', id] as const

export const sagaList = (filter: SagaFilter): ListSource<Saga> => ({
  key: [...all, 'list', filter],
  path: '/v1/sagas',
  filter,
  page: (ask, signal) => unwrapPage(api.GET('/v1/sagas', { params: { query: { ...filter, ...ask } }, signal })),
})

export const sagaQuery = (id: string) =>
  queryOptions({
    queryKey: one(id),
    queryFn: ({ signal }) => unwrap(api.GET('/v1/sagas/{id}', { params: { path: { id } }, signal })),
  })

export type SagaMove = 'retry' | 'compensate'

/** Whether a move makes sense: the server decides. */
export function allows({ state, next_at, abandoned_by }: Saga, move: SagaMove): boolean {
  if (move === 'compensate') return !abandoned_by && (state === 'running' || state === 'waiting')
  if (state === 'compensation_failed') return true
  const pauses = next_at !== undefined && new Date(next_at).getTime() > Date.now()
  return pauses && (state === 'running' || state === 'compensating')
}

/** Retries a saga or takes it back. */
export function useSagaMove(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (move: SagaMove) => {
      const params = { path: { id }, header: { 'Idempotency-Key': freshKey() } }
      if (move === 'retry') return unwrap(api.POST('/v1/sagas/{id}/retry', { params }))
      return unwrap(api.POST('/v1/sagas/{id}/compensate', { params }))
    },
    onSuccess: (now) => {
      queries.setQueryData(one(id), now)
      return queries.invalidateQueries({ queryKey: all })
    },
  })
}
