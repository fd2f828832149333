import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, done, type Schema, unwrap, unwrapPage } from '../../lib/api'
import { freshKey } from '../../lib/fresh-key'
import type { ListSource } from '../../lib/list'

export type Group = Schema['Group']
type Recipient = Schema['Recipient']

const all = ['groups'] as const

export const groupList = (filter: { q?: string }): ListSource<Group> => ({
  key: [...all, 'list', filter],
  path: '/v1/groups',
  filter,
  page: (ask, signal) => unwrapPage(api.GET('/v1/groups', { params: { query: { ...filter, ...ask } }, signal })),
})

export const groupQuery = (key: string) =>
  queryOptions({
    queryKey: [...all, 'one', key],
    queryFn: ({ signal }) => unwrap(api.GET('/v1/groups/{key}', { params: { path: { key } }, signal })),
  })

/** The members of a group, found by the beginning of an id, a name or an address. */
export const memberList = (group: string, q: string | undefined): ListSource<Recipient> => {
  const filter = { group, ...(q ? { q } : {}) }
  return {
    key: [...all, 'members', filter],
    path: '/v1/recipients',
    filter,
    page: (ask, signal) => unwrapPage(api.GET('/v1/recipients', { params: { query: { ...filter, ...ask } }, signal })),
  }
}

/** A few recipients to pick from. */
export const pickQuery = (q: string) =>
  queryOptions({
    queryKey: ['groups', 'pick', q],
    queryFn: ({ signal }) => unwrapPage(api.GET('/v1/recipients', { params: { query: { q, limit: 8 } }, signal })),
    enabled: q !== '',
  })

function useRefresh() {
  const queries = useQueryClient()
  return () => queries.invalidateQueries({ queryKey: all })
}

const once = () => ({ 'Idempotency-Key': freshKey() })

export function usePutGroup() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: ({ key, name }: { key: string; name: string }) =>
      unwrap(api.PUT('/v1/groups/{key}', { params: { path: { key }, header: once() }, body: { name } })),
    onSuccess: refresh,
  })
}

export function useDeleteGroup() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (key: string) => done(api.DELETE('/v1/groups/{key}', { params: { path: { key } } })),
    onSuccess: (_, key) => {
      queries.removeQueries({ queryKey: [...all, 'one', key] })
      return queries.invalidateQueries({ queryKey: [...all, 'list'] })
    },
  })
}

export function useAddMembers(key: string) {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: (recipients: string[]) =>
      done(api.POST('/v1/groups/{key}/members', { params: { path: { key }, header: once() }, body: { recipients } })),
    onSuccess: refresh,
  })
}

/** Brings those whom a list names into the group, or says what would become of it. */
export function useImportMembers(key: string) {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: ({ list, preview }: { list: string; preview: boolean }) =>
      unwrap(
        api.POST('/v1/groups/{key}/members/import', {
          params: { path: { key }, query: { preview }, header: once() },
          headers: { 'Content-Type': 'text/csv' },
          body: list,
          bodySerializer: (body: unknown) => body as BodyInit,
        }),
      ),
    onSuccess: (_, { preview }) => (preview ? undefined : refresh()),
  })
}

/** Takes members off the list one after the other; those that went before a failure stay off. */
export function useRemoveMembers(key: string) {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: async (ids: string[]) => {
      for (const id of ids) await done(api.DELETE('/v1/groups/{key}/members/{id}', { params: { path: { key, id } } }))
    },
    onSettled: refresh,
  })
}
