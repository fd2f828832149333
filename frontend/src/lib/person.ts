import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, type Schema, unwrap } from './api'
import { personName } from './names'

type Recipient = Schema['Recipient']

export const recipientQuery = (id: string) =>
  queryOptions({
    queryKey: ['recipients', 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/v1/recipients/{id}', { params: { path: { id } }, signal })),
  })

/** What the page of somebody is called. */
export const personTitle = (recipient: Recipient): string =>
  personName(recipient, recipient.addresses.find(({ channel }) => channel === 'email')?.address)

/** The same for an id; the id itself until the person is known. */
export function usePersonTitle(id: string): string {
  const { data } = useQuery(recipientQuery(id))
  return data ? personTitle(data) : id
}
