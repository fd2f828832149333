import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, done, type ListPage, type Schema, unwrap, unwrapPage } from '../../lib/api'
import type { ListSource } from '../../lib/list'
import { useOptimistic } from '../../lib/optimistic'
import type { Search } from '../../lib/search'
import type { Me } from '../../lib/session'
import { isOneOf, roles } from '../../lib/words'

export type Member = Schema['Member']
export type Role = Schema['Role']
export type Invitation = Schema['Invitation']
export interface MemberFilter {
  q?: string
  role?: Role
}

export function memberFilterOf(search: Search): MemberFilter {
  const filter: MemberFilter = {}
  if (search.q) filter.q = search.q
  if (search.role && isOneOf(roles, search.role)) filter.role = search.role
  return filter
}

export const memberList = (filter: MemberFilter): ListSource<Member> => ({
  key: ['members', 'list', filter],
  path: '/v1/members',
  filter,
  page: (ask, signal) => unwrapPage(api.GET('/v1/members', { params: { query: { ...filter, ...ask } }, signal })),
})

export const invitationList: ListSource<Invitation> = {
  key: ['members', 'invitations'],
  path: '/v1/invitations',
  filter: {},
  page: (ask, signal) => unwrapPage(api.GET('/v1/invitations', { params: { query: ask }, signal })),
}

/** Which roles somebody may give; the server decides. */
export function rolesToGive(me: Me | null): readonly Role[] {
  return me?.member.role === 'owner' ? roles : roles.filter((role) => role !== 'owner')
}

/** Whether somebody may change a member at all; the server decides. */
export function mayManage(me: Me | null, member: Member): boolean {
  return me !== null && me.member.id !== member.id && (me.member.role === 'owner' || member.role !== 'owner')
}

type Pages = { pages: ListPage<Member>[]; pageParams: string[] }

const call = {
  deactivate: (id: string) => unwrap(api.POST('/v1/members/{id}/deactivate', { params: { path: { id } } })),
  reactivate: (id: string) => unwrap(api.POST('/v1/members/{id}/reactivate', { params: { path: { id } } })),
  sign_out: (id: string) => unwrap(api.POST('/v1/members/{id}/sign-out', { params: { path: { id } } })),
  reset_second: (id: string) => unwrap(api.POST('/v1/members/{id}/reset-two-factor', { params: { path: { id } } })),
  remove: (id: string) => done(api.DELETE('/v1/members/{id}', { params: { path: { id } } })),
}
export type MemberAct = keyof typeof call

/** Gives a member another role; the list shows it at once and takes it back when the server says no. */
export function useSetRole(filter: MemberFilter, onDone: () => void) {
  return useOptimistic<Pages, { id: string; role: Role }, Member>({
    key: memberList(filter).key,
    change: (before, { id, role }) => ({
      ...before,
      pages: before.pages.map((page) => ({
        ...page,
        rows: page.rows.map((member) => (member.id === id ? { ...member, role } : member)),
      })),
    }),
    call: ({ id, role }) => unwrap(api.PUT('/v1/members/{id}/role', { params: { path: { id } }, body: { role } })),
    onDone,
  })
}

export function useMemberAct() {
  const queries = useQueryClient()
  return useMutation<unknown, Error, { act: MemberAct; id: string }>({
    mutationFn: ({ act, id }) => call[act](id),
    onSettled: () => queries.invalidateQueries({ queryKey: ['members'] }),
  })
}

export function useInvite() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: { email: string; role: Role }) => unwrap(api.POST('/v1/invitations', { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: invitationList.key }),
  })
}

export function useResend() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => unwrap(api.POST('/v1/invitations/{id}/resend', { params: { path: { id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: invitationList.key }),
  })
}

export function useRevoke() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => done(api.DELETE('/v1/invitations/{id}', { params: { path: { id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: invitationList.key }),
  })
}
