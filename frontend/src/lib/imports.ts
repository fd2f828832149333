import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, done, type Schema, unwrap, unwrapPage } from './api'
import { freshKey } from './fresh-key'
import type { ListSource } from './list'

export type Import = Schema['RecipientImport']
export type Column = Schema['RosterColumn']
export type Heading = Schema['RosterHeading']
export type FaultyRow = Schema['RosterFaultyRow']

const all = ['imports'] as const
const one = (id: string) => [...all, 'one', id] as const
const once = () => ({ 'Idempotency-Key': freshKey() })

export const importList = (): ListSource<Import> => ({
  key: [...all, 'list'],
  path: '/v1/recipient-imports',
  filter: {},
  page: (ask, signal) => unwrapPage(api.GET('/v1/recipient-imports', { params: { query: ask }, signal })),
})

export const works = ({ state }: Import) => state === 'checking' || state === 'running' || state === 'closing'

export const importQuery = (id: string) =>
  queryOptions({
    queryKey: one(id),
    queryFn: ({ signal }) => unwrap(api.GET('/v1/recipient-imports/{id}', { params: { path: { id } }, signal })),
    refetchInterval: (query) => (query.state.data && works(query.state.data) ? 700 : false),
  })

export const headingsQuery = (id: string) =>
  queryOptions({
    queryKey: [...all, 'headings', id],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/v1/recipient-imports/{id}/columns', { params: { path: { id } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  })

export const groupsQuery = queryOptions({
  queryKey: ['groups', 'all-names'],
  queryFn: ({ signal }) => unwrapPage(api.GET('/v1/groups', { params: { query: { limit: 200 } }, signal })),
})

/** The faulty rows of one check: another check has others. */
export const faultList = ({ id, updated_at }: Import): ListSource<FaultyRow> => ({
  key: [...all, 'faults', id, updated_at],
  path: `/v1/recipient-imports/${id}/faults`,
  filter: {},
  page: (ask, signal) =>
    unwrapPage(api.GET('/v1/recipient-imports/{id}/faults', { params: { path: { id }, query: ask }, signal })),
})

const partSize = 2 * 1024 * 1024

/** What a file is for, how it is written, and what becomes of ids that nobody has. */
export type Terms = Pick<Import, 'purpose' | 'format' | 'unknown'>

/** Sends a file in parts and tells how much of it has arrived. */
export function useUpload(told: (share: number) => void) {
  return useMutation({
    mutationFn: async ({ file, terms }: { file: File; terms?: Terms }) => {
      const made = await unwrap(
        api.POST('/v1/recipient-imports', { params: { header: once() }, body: { name: file.name, ...terms } }),
      )
      for (let number = 1, at = 0; at < file.size; number++, at += partSize) {
        const part = await file.slice(at, at + partSize).arrayBuffer()
        await done(
          api.PUT('/v1/recipient-imports/{id}/parts/{number}', {
            params: { path: { id: made.id, number }, header: once() },
            headers: { 'Content-Type': 'text/csv' },
            body: part as never,
            bodySerializer: (body: unknown) => body as BodyInit,
          }),
        )
        told(Math.min(1, (at + part.byteLength) / file.size))
      }
      return made
    },
  })
}

export type Move = { to: 'start' } | { to: 'cancel' } | { to: 'check'; columns: Column[]; group: string }

/** Takes an import a step further. */
export function useMove(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (move: Move) => {
      const params = { path: { id }, header: once() }
      if (move.to === 'start') return unwrap(api.POST('/v1/recipient-imports/{id}/start', { params }))
      if (move.to === 'cancel') return unwrap(api.POST('/v1/recipient-imports/{id}/cancel', { params }))
      const { columns, group } = move
      return unwrap(
        api.POST('/v1/recipient-imports/{id}/check', { params, body: { columns, ...(group ? { group } : {}) } }),
      )
    },
    onSuccess: (now) => {
      queries.setQueryData(one(id), now)
      return queries.invalidateQueries({ queryKey: [...all, 'list'] })
    },
  })
}
