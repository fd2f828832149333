import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, done, type Schema, unwrap, unwrapPage } from '../../lib/api'
import { freshKey } from '../../lib/fresh-key'
import { integrationsQuery } from '../../lib/integrations'
import { useOptimistic } from '../../lib/optimistic'
import type { Channel } from '../../lib/words'
import { type Line, placesOf } from './arrangement'

export type Integration = Schema['Integration']
export type Provider = Schema['Provider']
export type Pulse = Schema['IntegrationHealth']['pulses'][number]

export const channelKeys = {
  list: integrationsQuery.queryKey,
  one: (id: string) => ['channels', 'one', id] as const,
  health: ['channels', 'health'] as const,
}

export const providersQuery = queryOptions({
  queryKey: ['channels', 'providers'] as const,
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: ({ signal }) => unwrap(api.GET('/v1/providers', { signal })),
})

export const integrationQuery = (id: string) =>
  queryOptions({
    queryKey: channelKeys.one(id),
    queryFn: ({ signal }) => unwrap(api.GET('/v1/integrations/{id}', { params: { path: { id } }, signal })),
  })

/** How the accounts fared lately; breakers open and close within seconds. */
export const useHealth = () =>
  useQuery({
    queryKey: channelKeys.health,
    refetchInterval: 5000,
    queryFn: ({ signal }) => unwrap(api.GET('/v1/integrations/health', { signal })),
  })

/** What is still to go out by an account. */
export const waitingQuery = (id: string) =>
  queryOptions({
    queryKey: ['channels', 'waiting', id] as const,
    queryFn: ({ signal }) =>
      unwrapPage(
        api.GET('/v1/messages', {
          params: { query: { integration: id, status: ['held', 'queued', 'sending'], limit: 200 } },
          signal,
        }),
      ),
  })

/** The keys of the categories, to choose from. */
export function useCategoryKeys(): string[] {
  const { data } = useQuery({
    queryKey: ['channels', 'categories'] as const,
    queryFn: ({ signal }) => unwrapPage(api.GET('/v1/categories', { signal })),
  })
  return data?.rows.map(({ key }) => key) ?? []
}

const once = () => ({ 'Idempotency-Key': freshKey() })

export function useArrange(channel: Channel) {
  return useOptimistic<Integration[], Line[], Integration[]>({
    key: channelKeys.list,
    change: (all, lines) => [...all.filter((each) => each.channel !== channel), ...placesOf(lines)],
    call: (lines) =>
      unwrap(
        api.PUT('/v1/integrations/order', {
          params: { header: once() },
          body: {
            channel,
            integrations: placesOf(lines).map(({ id, order, weight, enabled }) => ({ id, order, weight, enabled })),
          },
        }),
      ),
  })
}

/** Something that is done to one account and changes the list. */
function useChange<Input, Answer>(call: (input: Input) => Promise<Answer>) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: call,
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: channelKeys.list })
      void queries.invalidateQueries({ queryKey: ['channels'] })
    },
  })
}

export const useSave = (id: string | undefined) =>
  useChange((body: Schema['IntegrationInput']) =>
    id
      ? unwrap(api.PUT('/v1/integrations/{id}', { params: { path: { id }, header: once() }, body }))
      : unwrap(api.POST('/v1/integrations', { params: { header: once() }, body })),
  )

export const useResume = (id: string) =>
  useChange(() => done(api.POST('/v1/integrations/{id}/resume', { params: { path: { id }, header: once() } })))

export const useRemove = (id: string) =>
  useChange(() => done(api.DELETE('/v1/integrations/{id}', { params: { path: { id } } })))

export function useTry(id: string) {
  return useMutation({
    mutationFn: (address: string) =>
      unwrap(
        api.POST('/v1/integrations/{id}/test', {
          params: { path: { id }, header: once() },
          body: address ? { address } : {},
        }),
      ),
  })
}

/** Makes a provider's keys of one's own. They count once they are saved. */
export function useMakeKeys(provider: string) {
  return useMutation({
    mutationFn: () => unwrap(api.POST('/v1/providers/{provider}/keys', { params: { path: { provider } } })),
  })
}
