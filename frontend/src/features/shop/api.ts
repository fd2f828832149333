import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, type Schema, unwrap, unwrapPage } from '../../lib/api'
import { freshKey } from '../../lib/fresh-key'
import { useOptimistic } from '../../lib/optimistic'

export type Shop = Schema['Shop']
export type ShopOrder = Schema['ShopOrder']
export type ShopOrderView = Schema['ShopOrderView']
export type Basket = Schema['ShopBasket']
export type ShopFault = Schema['ShopFault']
export type Stage = Shop['stages'][number]
export type ShopSwitch = Schema['ShopSwitch']

const all = ['shop'] as const

export const shopQuery = queryOptions({
  queryKey: [...all, 'books'],
  queryFn: ({ signal }) => unwrap(api.GET('/v1/shop', { signal })),
})

export const ordersQuery = queryOptions({
  queryKey: [...all, 'list'],
  queryFn: ({ signal }) => unwrapPage(api.GET('/v1/shop/orders', { params: { query: { limit: 12 } }, signal })),
})

export const orderQuery = (id: string) =>
  queryOptions({
    queryKey: [...all, 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/v1/shop/orders/{id}', { params: { path: { id } }, signal })),
  })

/** All messages that the events of an order led to. */
export const causedQuery = (trace: string) =>
  queryOptions({
    queryKey: ['messages', 'of-order', trace],
    queryFn: ({ signal }) =>
      unwrapPage(api.GET('/v1/messages', { params: { query: { trace_id: trace, limit: 50 } }, signal })),
  })

export const customersQuery = (q: string) =>
  queryOptions({
    queryKey: ['recipients', 'of-shop', q],
    queryFn: ({ signal }) =>
      unwrapPage(api.GET('/v1/recipients', { params: { query: { limit: 20, ...(q ? { q } : {}) } }, signal })),
  })

export function usePlaceOrder() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: Basket) =>
      unwrap(api.POST('/v1/shop/orders', { params: { header: { 'Idempotency-Key': freshKey() } }, body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: all }),
  })
}

export const standingFaults = ['off', 'refuse', 'timeout', 'slow'] as const

type Switching = Pick<ShopSwitch, 'service' | 'fault'>

/** Changes how a service behaves, and shows it at once. */
export function useSwitch() {
  return useOptimistic<Shop, Switching, ShopSwitch>({
    key: shopQuery.queryKey,
    change: (shop, { service, fault }) => ({
      ...shop,
      switches: shop.switches.map((each) => (each.service === service ? { ...each, fault } : each)),
    }),
    call: ({ service, fault }) =>
      unwrap(
        api.PUT('/v1/shop/services/{service}', {
          params: { path: { service }, header: { 'Idempotency-Key': freshKey() } },
          body: { fault },
        }),
      ),
  })
}
