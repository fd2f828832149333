import { queryOptions } from '@tanstack/react-query'
import { api, type Schema, unwrap } from '../../lib/api'

export type Broadcast = Schema['Broadcast']

/** What was frozen of a broadcast, whole. */
export const frozenBroadcast = (id: string) =>
  queryOptions({
    queryKey: ['broadcasts', 'frozen', id],
    queryFn: ({ signal }) => unwrap(api.GET('/v1/broadcasts/{id}', { params: { path: { id } }, signal })),
  })

/** What some of the audience would read of what was frozen. */
export const frozenWords = ({ id, hash }: Broadcast) =>
  queryOptions({
    queryKey: ['broadcast-checks', id, 'frozen', hash],
    queryFn: ({ signal }) => unwrap(api.POST('/v1/broadcasts/{id}/check', { params: { path: { id } }, signal })),
    staleTime: 60_000,
  })
