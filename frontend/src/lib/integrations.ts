import { queryOptions, useQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from './api'

export const integrationsQuery = queryOptions({
  queryKey: ['integrations'] as const,
  staleTime: 60_000,
  queryFn: ({ signal }) => unwrap(api.GET('/v1/integrations', { signal })),
})

/** Gives an integration's name for its id; the id itself while the names are not known. */
export function useIntegrationName(): (id: string) => string {
  const { t } = useTranslation()
  const rows = useQuery(integrationsQuery).data
  // The inbox is a sender without an integration of its own.
  return useCallback(
    (id) => (id === 'in_app' ? t('channel.in_app') : (rows?.find((row) => row.id === id)?.name ?? id)),
    [rows, t],
  )
}
