import { queryOptions } from '@tanstack/react-query'
import type { TFunction } from 'i18next'
import { api, type ListPage, type Schema, unwrapPage } from './api'
import { doors } from './doors'

/** How many of the newest events that name it are shown; there may be a million. */
const namedEvents = 5

/** All rows of a list, page by page. */
async function every<Row>(page: (ask: { limit: number; after?: string }) => Promise<ListPage<Row>>): Promise<Row[]> {
  let { rows, next } = await page({ limit: 200 })
  while (next !== null) {
    const more = await page({ limit: 200, after: next })
    rows = [...rows, ...more.rows]
    next = more.next
  }
  return rows
}

/** A group or a segment, by its key. */
export type Named = { group: string } | { segment: string }

interface Uses {
  segments: Schema['Segment'][]
  broadcasts: Schema['Broadcast'][]
  schedules: Schema['Schedule'][]
}

/** What of them cannot do without the list, in words: what has ended can. */
export const needsOf = ({ segments, broadcasts, schedules }: Uses, t: TFunction) => [
  ...segments.map(({ key, name }) => ({ name: t('segments.used_segment', { name }), door: doors.segment(key) })),
  ...broadcasts
    .filter(({ state }) => !['completed', 'cancelled', 'failed'].includes(state))
    .map(({ id, name }) => ({ name: t('segments.used_broadcast', { name }), door: doors.broadcast(id) })),
  ...schedules
    .filter(({ state }) => state !== 'ended')
    .map(({ id, name }) => ({ name: t('segments.used_schedule', { name }), door: doors.schedule(id) })),
]

/** What names a list of people: all segments and broadcasts, the schedules one may see, the last events. */
export const usedByQuery = (list: Named, mayPlan: boolean) =>
  queryOptions({
    queryKey: ['broadcasts', 'used-by', list, mayPlan],
    queryFn: async ({ signal }) => {
      const [segments, broadcasts, schedules, events] = await Promise.all([
        'group' in list
          ? every((ask) => unwrapPage(api.GET('/v1/segments', { params: { query: { ...list, ...ask } }, signal })))
          : [],
        every((ask) => unwrapPage(api.GET('/v1/broadcasts', { params: { query: { ...list, ...ask } }, signal }))),
        mayPlan
          ? every((ask) => unwrapPage(api.GET('/v1/schedules', { params: { query: { ...list, ...ask } }, signal })))
          : [],
        unwrapPage(api.GET('/v1/events', { params: { query: { ...list, limit: namedEvents } }, signal })),
      ])
      return { segments, broadcasts, schedules, events: events.rows }
    },
  })
