import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, unwrap } from './api'

export const integrationsQuery = queryOptions({
  queryKey: ['integrations'] as const,
  staleTime: 60_000,
  queryFn: ({ signal }) => unwrap(api.GET('/v1/integrations', { signal })),
})

/** Gives an integration's name for its id; the id itself while the names are not known. */
export function useIntegrationName(): (id: string) => string {
  const rows = useQuery(integrationsQuery).data
  return (id) => rows?.find((integration) => integration.id === id)?.name ?? id
}
