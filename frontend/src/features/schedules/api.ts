import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, done, type Schema, unwrap, unwrapPage } from '../../lib/api'
import { freshKey } from '../../lib/fresh-key'
import type { ListSource } from '../../lib/list'

export type Schedule = Schema['Schedule']
export type Input = Schema['ScheduleInput']
export type Rule = Schema['ScheduleRule']
export type Moment = Schema['ScheduleMoment']
export type Fire = Schema['ScheduleFire']
export type Calendar = Schema['ScheduleCalendar']
export type Entry = Schema['ScheduleEntry']

export const states = ['active', 'paused', 'ended'] as const satisfies readonly Schedule['state'][]
export const fireStates = ['due', 'fired', 'skipped', 'failed'] as const satisfies readonly Fire['status'][]

const all = ['schedules'] as const
const one = (id: string) => [...all, 'one', id] as const
const once = () => ({ 'Idempotency-Key': freshKey() })

export interface Filter {
  q?: string
  state?: string
  target?: string
  group?: string
  segment?: string
}

export const scheduleList = (filter: Filter): ListSource<Schedule> => ({
  key: [...all, 'list', filter],
  path: '/v1/schedules',
  filter,
  page: (ask, signal) => unwrapPage(api.GET('/v1/schedules', { params: { query: { ...filter, ...ask } }, signal })),
})

export const scheduleQuery = (id: string) =>
  queryOptions({
    queryKey: one(id),
    queryFn: ({ signal }) => unwrap(api.GET('/v1/schedules/{id}', { params: { path: { id } }, signal })),
  })

export const nextQuery = (id: string, revision: number) =>
  queryOptions({
    queryKey: [...one(id), 'next', revision],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/v1/schedules/{id}/next', { params: { path: { id }, query: { count: 8 } }, signal })),
    placeholderData: keepPreviousData,
  })

export const firesList = (id: string): ListSource<Fire> => ({
  key: [...one(id), 'fires'],
  path: `/v1/schedules/${id}/fires`,
  filter: {},
  page: (ask, signal) =>
    unwrapPage(api.GET('/v1/schedules/{id}/fires', { params: { path: { id }, query: ask }, signal })),
})

export const calendarQuery = (from: string, to: string) =>
  queryOptions({
    queryKey: [...all, 'calendar', from, to],
    queryFn: ({ signal }) => unwrap(api.GET('/v1/schedules/calendar', { params: { query: { from, to } }, signal })),
    placeholderData: keepPreviousData,
  })

/** What a target can name. */
export const choicesQuery = queryOptions({
  queryKey: ['schedule-choices'],
  queryFn: async ({ signal }) => {
    const query = { limit: 200 }
    const [workflows, segments, groups, categories, templates, broadcasts] = await Promise.all([
      unwrapPage(api.GET('/v1/workflows', { signal })),
      unwrapPage(api.GET('/v1/segments', { params: { query }, signal })),
      unwrapPage(api.GET('/v1/groups', { params: { query }, signal })),
      unwrapPage(api.GET('/v1/categories', { signal })),
      unwrapPage(api.GET('/v1/templates', { params: { query: { ...query, state: 'live' } }, signal })),
      unwrapPage(api.GET('/v1/broadcasts', { params: { query }, signal })),
    ])
    const named = (rows: { key: string; name?: string }[]) =>
      rows.map(({ key, name }) => ({ value: key, label: name || key }))
    return {
      types: [...new Set(workflows.rows.map(({ key, event_type }) => event_type || key))].sort(),
      segments: named(segments.rows),
      groups: named(groups.rows),
      categories: named(categories.rows),
      templates: named(templates.rows),
      broadcasts: broadcasts.rows.map(({ id, name }) => ({ value: id, label: name })),
    }
  },
  staleTime: 10_000,
})
export type Choices = Awaited<ReturnType<NonNullable<(typeof choicesQuery)['queryFn']>>>

/** Creates a schedule, or writes the one of the id anew. */
export function useSave(id?: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: Input) =>
      id === undefined
        ? unwrap(api.POST('/v1/schedules', { params: { header: once() }, body }))
        : unwrap(api.PUT('/v1/schedules/{id}', { params: { path: { id }, header: once() }, body })),
    onSuccess: (saved) => {
      queries.setQueryData(one(saved.id), saved)
      return queries.invalidateQueries({ queryKey: all })
    },
  })
}

export type Move = 'pause' | 'resume'

/** Pauses or resumes one, and shows it at once. */
export function useMove(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (to: Move) => {
      const params = { path: { id }, header: once() }
      if (to === 'pause') return unwrap(api.POST('/v1/schedules/{id}/pause', { params }))
      return unwrap(api.POST('/v1/schedules/{id}/resume', { params }))
    },
    onMutate: async (to) => {
      await queries.cancelQueries({ queryKey: one(id), exact: true })
      const before = queries.getQueryData<Schedule>(one(id))
      if (before) queries.setQueryData(one(id), { ...before, state: to === 'pause' ? 'paused' : 'active' })
      return { before }
    },
    onError: (_error, _to, context) => context?.before && queries.setQueryData(one(id), context.before),
    onSuccess: (now) => queries.setQueryData(one(id), now),
    onSettled: () => queries.invalidateQueries({ queryKey: all }),
  })
}

export function useDelete() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => done(api.DELETE('/v1/schedules/{id}', { params: { path: { id } } })),
    onSuccess: (_nothing, id) => {
      queries.removeQueries({ queryKey: one(id) })
      return queries.invalidateQueries({ queryKey: all })
    },
  })
}
