import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, done, type Schema, unwrap, unwrapPage } from '../../lib/api'
import { freshKey } from '../../lib/fresh-key'
import type { ListSource } from '../../lib/list'

export type Recipient = Schema['Recipient']
export type Address = Schema['Address']
export type RecipientFilter = { q?: string; group?: string }

const all = ['recipients'] as const
const one = (id: string) => [...all, 'one', id] as const
const preferences = (id: string) => [...all, 'preferences', id] as const
const once = () => ({ 'Idempotency-Key': freshKey() })

export const recipientList = (filter: RecipientFilter): ListSource<Recipient> => ({
  key: [...all, 'list', filter],
  path: '/v1/recipients',
  filter,
  page: (ask, signal) => unwrapPage(api.GET('/v1/recipients', { params: { query: { ...filter, ...ask } }, signal })),
})

export const activityList = (id: string, kind: Schema['ActivityKind'][]): ListSource<Schema['RecipientActivity']> => ({
  key: [...all, 'activity', id, kind],
  path: `/v1/recipients/${encodeURIComponent(id)}/activity`,
  filter: kind.length > 0 ? { kind } : {},
  page: (ask, signal) =>
    unwrapPage(
      api.GET('/v1/recipients/{id}/activity', {
        params: { path: { id }, query: { ...(kind.length > 0 ? { kind } : {}), ...ask } },
        signal,
      }),
    ),
})

export const groupsOfQuery = (id: string) =>
  queryOptions({
    queryKey: [...all, 'groups', id],
    queryFn: ({ signal }) => unwrapPage(api.GET('/v1/recipients/{id}/groups', { params: { path: { id } }, signal })),
  })

export const segmentsOfQuery = (id: string) =>
  queryOptions({
    queryKey: [...all, 'segments', id],
    queryFn: ({ signal }) => unwrapPage(api.GET('/v1/recipients/{id}/segments', { params: { path: { id } }, signal })),
  })

export const preferencesQuery = (id: string) =>
  queryOptions({
    queryKey: preferences(id),
    queryFn: ({ signal }) => unwrap(api.GET('/v1/recipients/{id}/preferences', { params: { path: { id } }, signal })),
  })

export const effectiveQuery = (id: string) =>
  queryOptions({
    queryKey: [...preferences(id), 'effective'],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/v1/recipients/{id}/preferences/effective', { params: { path: { id } }, signal })),
  })

/** What holds for the channels of one workflow. */
export const effectiveOfQuery = (id: string, workflow: string) =>
  queryOptions({
    queryKey: [...preferences(id), 'effective', workflow],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/v1/recipients/{id}/preferences/effective', { params: { path: { id }, query: { workflow } }, signal }),
      ),
  })

/** All workflows, to choose from. */
export const workflowNamesQuery = queryOptions({
  queryKey: ['workflows', 'names'],
  queryFn: async ({ signal }) => (await unwrapPage(api.GET('/v1/workflows', { signal }))).rows,
})

export const lastMessagesQuery = (id: string) =>
  queryOptions({
    queryKey: ['messages', 'of-recipient', id],
    queryFn: ({ signal }) =>
      unwrapPage(api.GET('/v1/messages', { params: { query: { recipient: id, limit: 10 } }, signal })),
  })

export const lastSaidQuery = (id: string) =>
  queryOptions({
    queryKey: ['consents', 'of-recipient', id],
    queryFn: ({ signal }) =>
      unwrapPage(api.GET('/v1/consents', { params: { query: { recipient: id, limit: 5 } }, signal })),
  })

export const suppressionsOfQuery = (id: string) =>
  queryOptions({
    queryKey: ['suppressions', 'of-recipient', id],
    queryFn: ({ signal }) =>
      unwrapPage(api.GET('/v1/suppressions', { params: { query: { recipient: id, limit: 50 } }, signal })),
  })

export const whyQuery = (recipient: string, event: string) =>
  queryOptions({
    queryKey: [...all, 'why', recipient, event],
    queryFn: ({ signal }) => unwrap(api.GET('/v1/decisions', { params: { query: { recipient, event } }, signal })),
    enabled: event !== '',
    retry: false,
  })

export function useCreateRecipient() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: Schema['RecipientInput']) =>
      unwrap(api.POST('/v1/recipients', { params: { header: once() }, body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: [...all, 'list'] }),
  })
}

/** Stores the whole recipient with what is given changed. */
export function useSaveProfile(recipient: Recipient) {
  const queries = useQueryClient()
  const { id, name, locale, timezone, data, addresses } = recipient
  return useMutation({
    mutationFn: (part: Partial<Schema['RecipientInput']>) => {
      const body: Schema['RecipientInput'] = { name, locale, timezone, addresses, ...(data ? { data } : {}), ...part }
      return unwrap(api.PUT('/v1/recipients/{id}', { params: { path: { id }, header: once() }, body }))
    },
    onSuccess: (saved) => {
      queries.setQueryData(one(id), saved)
      return queries.invalidateQueries({ queryKey: [...all, 'list'] })
    },
  })
}

/** An address as it is set: what was found out about it stays unless it is said anew. */
function inputOf(each: Address | Schema['AddressInput']): Schema['AddressInput'] {
  const { channel, address, label, invalid, preferred } = each
  const said = 'verified_at' in each ? undefined : each.verification
  return {
    channel,
    address,
    ...(label ? { label } : {}),
    ...(invalid === undefined ? {} : { invalid }),
    ...(preferred ? { preferred } : {}),
    ...(said ? { verification: said } : {}),
  }
}

export const attributeList = (): ListSource<Schema['Attribute']> => ({
  key: [...all, 'attributes'],
  path: '/v1/recipients/attributes',
  filter: {},
  page: (_, signal) => unwrapPage(api.GET('/v1/recipients/attributes', { signal })),
})

type Place = { channel: 'email' | 'sms'; address: string }

export function useSendCode(id: string) {
  return useMutation({
    mutationFn: (body: Place) =>
      unwrap(api.POST('/v1/recipients/{id}/addresses/verify', { params: { path: { id }, header: once() }, body })),
  })
}

export function useTryCode(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: Place & { code: string }) =>
      unwrap(api.POST('/v1/recipients/{id}/addresses/confirm', { params: { path: { id }, header: once() }, body })),
    onSettled: () => queries.invalidateQueries({ queryKey: one(id) }),
  })
}

/** Sets all addresses: they change at once on the page, and back when the server says no. */
export function useSetAddresses(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (addresses: (Address | Schema['AddressInput'])[]) =>
      unwrap(
        api.PUT('/v1/recipients/{id}/addresses', {
          params: { path: { id }, header: once() },
          body: { addresses: addresses.map(inputOf) },
        }),
      ),
    onMutate: async (addresses) => {
      await queries.cancelQueries({ queryKey: one(id) })
      const before = queries.getQueryData<Recipient>(one(id))
      queries.setQueryData<Recipient>(one(id), (now) => now && { ...now, addresses: addresses as Address[] })
      return before
    },
    onError: (_, __, before) => queries.setQueryData(one(id), before),
    onSettled: () => queries.invalidateQueries({ queryKey: all }),
  })
}

export function useSetPreferences(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: Schema['Preferences']) =>
      unwrap(api.PUT('/v1/recipients/{id}/preferences', { params: { path: { id }, header: once() }, body })),
    onMutate: async (next) => {
      await queries.cancelQueries({ queryKey: preferences(id) })
      const before = queries.getQueryData<Schema['Preferences']>(preferences(id))
      queries.setQueryData(preferences(id), next)
      return before
    },
    onError: (_, __, before) => queries.setQueryData(preferences(id), before),
    onSettled: () => queries.invalidateQueries({ queryKey: preferences(id) }),
  })
}

export function useMintToken(id: string) {
  return useMutation({
    mutationFn: (audience: 'inbox' | 'preferences') =>
      unwrap(api.POST('/v1/recipients/{id}/token', { params: { path: { id } }, body: { audience } })),
  })
}

export function useMerge(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (from: string) =>
      unwrap(api.POST('/v1/recipients/{id}/merge', { params: { path: { id }, header: once() }, body: { from } })),
    onSuccess: () => queries.invalidateQueries(),
  })
}

export function useErase() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => done(api.DELETE('/v1/recipients/{id}', { params: { path: { id } } })),
    onSuccess: () => queries.invalidateQueries(),
  })
}
