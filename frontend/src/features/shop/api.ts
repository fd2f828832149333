import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, type Schema, unwrap, unwrapPage } from '../../lib/api'
import { freshKey } from '../../lib/fresh-key'

export type Shop = Schema['Shop']
export type ShopOrder = Schema['ShopOrder']
export type ShopOrderView = Schema['ShopOrderView']
export type Basket = Schema['ShopBasket']
export type ShopFault = Schema['ShopFault']
export type Stage = Shop['stages'][number]

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
