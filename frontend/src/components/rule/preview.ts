import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, type Schema, unwrapPage } from '../../lib/api'

/** When what is being written would fire; nothing is stored. */
export const previewQuery = (plan: Schema['SchedulePreview'], editor: string) =>
  queryOptions({
    queryKey: ['schedule-previews', editor, plan],
    queryFn: ({ signal }) =>
      unwrapPage(api.POST('/v1/schedules/preview', { params: { query: { count: 8 } }, body: plan, signal })),
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 10_000,
    gcTime: 0,
  })
