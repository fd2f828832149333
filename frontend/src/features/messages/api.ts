import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, done, type Schema, unwrap, unwrapPage } from '../../lib/api'
import { freshKey } from '../../lib/fresh-key'
import type { ListSource } from '../../lib/list'
import type { MessageFilter } from '../../lib/message-filter'

export const messageKeys = {
  all: ['messages'] as const,
  list: (filter: MessageFilter) => ['messages', 'list', filter] as const,
  one: (id: string) => ['messages', 'one', id] as const,
  notification: (id: string) => ['messages', 'notification', id] as const,
}

export const messageList = (filter: MessageFilter): ListSource<Schema['Message']> => ({
  key: messageKeys.list(filter),
  path: '/v1/messages',
  filter,
  page: (ask, signal) => unwrapPage(api.GET('/v1/messages', { params: { query: { ...filter, ...ask } }, signal })),
})

export const messageQuery = (id: string) =>
  queryOptions({
    queryKey: messageKeys.one(id),
    queryFn: ({ signal }) => unwrap(api.GET('/v1/messages/{id}', { params: { path: { id } }, signal })),
  })

/** The notification behind a message: its decisions, and its messages on all channels. */
export const notificationQuery = (id: string) =>
  queryOptions({
    queryKey: messageKeys.notification(id),
    queryFn: ({ signal }) => unwrap(api.GET('/v1/notifications/{id}', { params: { path: { id } }, signal })),
  })

export function useResend(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () =>
      done(
        api.POST('/v1/messages/{id}/resend', { params: { path: { id }, header: { 'Idempotency-Key': freshKey() } } }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: messageKeys.all }),
  })
}

export type HeldPatch = Schema['HeldPatch']

export function usePatchHeld(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: HeldPatch) =>
      unwrap(
        api.PATCH('/v1/messages/{id}', { params: { path: { id }, header: { 'Idempotency-Key': freshKey() } }, body }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: messageKeys.all }),
  })
}

export function useCancel(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () =>
      unwrap(
        api.POST('/v1/messages/{id}/cancel', { params: { path: { id }, header: { 'Idempotency-Key': freshKey() } } }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: messageKeys.all }),
  })
}

export function useRecall(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () =>
      unwrap(
        api.POST('/v1/messages/{id}/recall', { params: { path: { id }, header: { 'Idempotency-Key': freshKey() } } }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: messageKeys.all }),
  })
}
