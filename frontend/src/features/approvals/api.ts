import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { ApiError, api, type Schema, unwrap, unwrapPage } from '../../lib/api'
import { approvalKeys } from '../../lib/approvals'
import { freshKey } from '../../lib/fresh-key'
import type { ListSource } from '../../lib/list'
import type { Search } from '../../lib/search'

export interface ApprovalFilter {
  state?: string
  kind?: string
}

/** What waits, unless the address says otherwise. */
export function approvalFilterOf(search: Search): ApprovalFilter {
  const { state = 'waiting', kind } = search
  return { ...(state === 'any' ? {} : { state }), ...(kind ? { kind } : {}) }
}

export const approvalList = (filter: ApprovalFilter): ListSource<Schema['ApprovalRow']> => ({
  key: [...approvalKeys.all, 'list', filter],
  path: '/v1/approvals',
  filter,
  page: (ask, signal) => unwrapPage(api.GET('/v1/approvals', { params: { query: { ...filter, ...ask } }, signal })),
})

export const approvalQuery = (id: string) =>
  queryOptions({
    queryKey: [...approvalKeys.all, id],
    queryFn: ({ signal }) => unwrap(api.GET('/v1/approvals/{id}', { params: { path: { id } }, signal })),
  })

export interface Verdict {
  hash: string
  comment?: string
  publish?: boolean
}

/** Whether an error says that what would go live has changed. */
export const isChanged = (error: unknown) =>
  error instanceof ApiError && error.fields.some(({ path, code }) => path === 'hash' && code === 'changed')

function useDeciding<Input>(id: string, call: (input: Input, params: Params) => Promise<unknown>) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (input: Input) => call(input, { path: { id }, header: { 'Idempotency-Key': freshKey() } }),
    onSettled: () => queries.invalidateQueries({ queryKey: approvalKeys.all }),
  })
}

interface Params {
  path: { id: string }
  header: { 'Idempotency-Key': string }
}

export const useApprove = (id: string) =>
  useDeciding(id, (body: Verdict, params) => unwrap(api.POST('/v1/approvals/{id}/approve', { params, body })))

export const useReject = (id: string) =>
  useDeciding(id, (comment: string, params) =>
    unwrap(api.POST('/v1/approvals/{id}/reject', { params, body: { comment } })),
  )

export const useWithdraw = (id: string) =>
  useDeciding(id, (_: undefined, params) => unwrap(api.POST('/v1/approvals/{id}/withdraw', { params })))

export const useComment = (id: string) =>
  useDeciding(id, (body: Schema['CommentInput'], params) =>
    unwrap(api.POST('/v1/approvals/{id}/comment', { params, body })),
  )

/** One version of a template as an email. */
export const renderedQuery = (key: string, version: number, locale: string, data: Record<string, unknown>) =>
  queryOptions({
    queryKey: ['rendered', key, version, locale, data],
    retry: false,
    queryFn: ({ signal }) =>
      unwrap(
        api.POST('/v1/templates/{key}/preview', {
          params: { path: { key } },
          body: { version, locale, channel: 'email', data, recipient: { id: 'ada', name: 'Ada', locale } },
          signal,
        }),
      ),
  })
