import { queryOptions } from '@tanstack/react-query'
import { api, type Schema, unwrap, unwrapPage } from '../../lib/api'
import { type ListSource, whole } from '../../lib/list'

export type Workflow = Schema['WorkflowView']

export const workflowKeys = {
  all: ['workflows'] as const,
  list: (filter: object) => ['workflows', 'list', filter] as const,
  one: (key: string) => ['workflows', 'one', key] as const,
  history: (key: string) => ['workflows', 'history', key] as const,
  diff: (key: string, from: number, to: number) => ['workflows', 'diff', key, from, to] as const,
  check: (key: string, input: Schema['WorkflowInput']) => ['workflows', 'check', key, input] as const,
}

export interface WorkflowFilter {
  q?: string
  category?: string
  sort?: string
}

/** All workflows; the API answers them whole, and the page picks and orders. */
export const workflowList = (filter: WorkflowFilter): ListSource<Workflow> => ({
  key: workflowKeys.list(filter),
  path: '/v1/workflows',
  filter: {},
  page: (_, signal) => whole(workflows(signal).then((rows) => picked(rows, filter))),
})

const workflows = (signal: AbortSignal) => unwrapPage(api.GET('/v1/workflows', { signal })).then((page) => page.rows)

function picked(rows: Workflow[], { q = '', category, sort }: WorkflowFilter): Workflow[] {
  const words = q.toLowerCase()
  const found = rows.filter(
    (row) =>
      (!category || row.category === category) &&
      [row.key, row.name, row.event_type].some((text) => text.toLowerCase().includes(words)),
  )
  const by: Record<string, (a: Workflow, b: Workflow) => number> = {
    updated: (a, b) => b.updated_at.localeCompare(a.updated_at),
    type: (a, b) => a.event_type.localeCompare(b.event_type),
  }
  return found.sort(by[sort ?? ''] ?? ((a, b) => (a.name || a.key).localeCompare(b.name || b.key)))
}

export const workflowQuery = (key: string) =>
  queryOptions({
    queryKey: workflowKeys.one(key),
    queryFn: ({ signal }) => unwrap(api.GET('/v1/workflows/{key}', { params: { path: { key } }, signal })),
  })

export const checkQuery = (key: string, input: Schema['WorkflowInput']) =>
  queryOptions({
    queryKey: workflowKeys.check(key, input),
    queryFn: ({ signal }) =>
      unwrap(api.POST('/v1/workflows/{key}/check', { params: { path: { key } }, body: input, signal })),
    staleTime: 10_000,
  })

export const historyQuery = (key: string) =>
  queryOptions({
    queryKey: workflowKeys.history(key),
    queryFn: ({ signal }) => unwrap(api.GET('/v1/workflows/{key}/history', { params: { path: { key } }, signal })),
  })

export const diffQuery = (key: string, from: number, to: number) =>
  queryOptions({
    queryKey: workflowKeys.diff(key, from, to),
    queryFn: ({ signal }) =>
      unwrapPage(api.GET('/v1/workflows/{key}/diff', { params: { path: { key }, query: { from, to } }, signal })),
  })

export const activityQuery = queryOptions({
  queryKey: ['activity'],
  queryFn: ({ signal }) => unwrapPage(api.GET('/v1/activity', { signal })),
  staleTime: 15_000,
})

/** Templates whose key or name has the words, at most as many as one page. */
export const templatesQuery = queryOptions({
  queryKey: ['templates', 'names'],
  queryFn: ({ signal }) => unwrapPage(api.GET('/v1/templates', { params: { query: { limit: 200 } }, signal })),
  staleTime: 30_000,
})

/** The data of the newest real event of a type; null when there is none. */
export async function lastEventData(type: string): Promise<unknown> {
  const { rows } = await unwrapPage(api.GET('/v1/events', { params: { query: { type, limit: 20 } } }))
  const last = rows.find((row) => row.source !== 'workflow-test')
  if (!last) return null
  const event = await unwrap(api.GET('/v1/events/{id}', { params: { path: { id: last.id } } }))
  return event.data
}
