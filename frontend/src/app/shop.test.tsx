import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { HttpResponse, http } from 'msw'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Schema } from '../lib/api'
import { answer, answerPage, envelope, failure, me, message, refuse } from '../testing/answers'
import { FakeSocket } from '../testing/fake-socket'
import { openApp } from '../testing/render'
import { server } from '../testing/server'

const origin = location.origin
const at = '2026-01-01T09:00:00Z'

const shop: Schema['Shop'] = {
  currency: 'EUR',
  stages: [
    { step: 'create_order', service: 'shop', undoes: true },
    { step: 'process_payment', service: 'payments', undoes: true },
    { step: 'tracking_number', service: 'shipping', undoes: false },
  ],
  faults: ['refuse', 'timeout', 'crash', 'no_undo'],
  switches: (['shop', 'inventory', 'payments', 'shipping'] as const).map((service) => ({
    service,
    fault: 'off',
    changed_by: '',
  })),
  books: {
    stock: [{ id: 'mug', names: { en: 'Mug' }, price: 1800, stocked: 1000, available: 998, reserved: 0, sold: 2 }],
    money: { charged: 3600, refunded: 0, earned: 3600, held: 0 },
    shipments: { scheduled: 0, dispatched: 1, cancelled: 0 },
    orders: { open: 0, completed: 1, cancelled: 0, refused: 0 },
    balanced: true,
    wrong: [],
  },
}

const order: Schema['ShopOrderView'] = {
  id: 'ord_1',
  number: 'J-1',
  customer: 'ada',
  lines: [{ item: 'mug', quantity: 1, price: 1800 }],
  total: 1800,
  state: 'confirmed',
  reason: '',
  faults: {},
  saga_id: 'sag_1',
  trace_id: 'trace-1',
  created_at: at,
  updated_at: at,
  reservation: 'sold',
  payment: 'charged',
  shipment: 'dispatched',
  tracking: 'SP1',
  letters: [
    {
      id: 'ord_1/order.created',
      source: 'shop',
      type: 'order.created',
      tries: 1,
      posted_at: at,
      event_id: 'evt_1',
      error: '',
      after_saga: '',
    },
    {
      id: 'ord_1/order.shipped',
      source: 'shipping',
      type: 'order.shipped',
      tries: 0,
      event_id: '',
      error: '',
      after_saga: 'sag_1',
    },
  ],
}

function house(permissions?: Schema['Permission'][], now: Schema['Shop'] = shop) {
  server.use(
    answer('/v1/auth/me', me(permissions)),
    answer('/v1/inbox/counts', { unread: 0, unseen: 0 }),
    answer('/v1/integrations', []),
    http.post(`${origin}/v1/inbox/ticket`, () => HttpResponse.json(envelope({ ticket: 't', expires_at: '' }))),
    answer('/v1/shop', now as never),
    answerPage('/v1/shop/orders', []),
    answerPage('/v1/recipients', [{ id: 'ada', name: 'Ada' }]),
    answerPage('/v1/messages', [message({ event_id: 'evt_1', channel: 'email' })]),
    answer('/v1/shop/orders/ord_1', order as never),
    refuse('/v1/sagas/sag_1', 404, 'not_found'),
  )
}

/** Keeps what the page places. */
function placing(status = 201) {
  const placed: Schema['ShopBasket'][] = []
  server.use(
    http.post(`${origin}/v1/shop/orders`, async ({ request }) => {
      placed.push((await request.json()) as Schema['ShopBasket'])
      if (status === 201) return HttpResponse.json({ ...envelope(order), code: 201 }, { status })
      const body = failure(status, 'validation_failed')
      body.error.fields = [{ path: 'customer', code: 'unknown_recipient', detail: 'nobody has this id' }] as never
      return HttpResponse.json(body, { status })
    }),
  )
  return placed
}

beforeEach(() => vi.stubGlobal('WebSocket', FakeSocket))
afterEach(() => void vi.unstubAllGlobals())

describe('the sample shop', () => {
  it('tells a failed payment by one click', async () => {
    house()
    const placed = placing()
    const { router } = openApp('/shop')
    await userEvent.click(await screen.findByRole('button', { name: 'Let a payment fail' }))
    await waitFor(() => expect(router.state.location.search).toMatchObject({ order: 'ord_1' }))
    expect(placed).toEqual([
      { customer: 'ada', lines: [{ item: 'mug', quantity: 1 }], faults: { process_payment: 'refuse' } },
    ])
  })

  it('places what is chosen and lets each step fail as it can', async () => {
    house()
    const placed = placing()
    openApp('/shop')
    const form = await screen.findByRole('region', { name: 'Place an order' })
    await userEvent.click(within(form).getByText('Where it fails'))
    const tracking = within(form).getByLabelText('How Tracking number fails')
    expect(within(tracking).queryByText('Will not undo')).toBeNull()
    await userEvent.selectOptions(within(form).getByLabelText('How Create order fails'), 'Will not undo')
    await userEvent.selectOptions(tracking, 'Crashes once')
    await userEvent.selectOptions(tracking, 'Works')
    const many = within(form).getByRole('textbox', { name: 'How many of Mug' })
    await userEvent.clear(many)
    const go = within(form).getByRole('button', { name: 'Place an order' })
    expect(go).toBeDisabled()
    await userEvent.type(many, '3')
    await userEvent.click(go)
    await waitFor(() => expect(placed).toHaveLength(1))
    expect(placed[0]).toEqual({
      customer: 'ada',
      lines: [{ item: 'mug', quantity: 3 }],
      faults: { create_order: 'no_undo' },
    })
  })

  it('says at its field what the server refuses', async () => {
    house()
    placing(422)
    openApp('/shop')
    const form = await screen.findByRole('region', { name: 'Place an order' })
    await userEvent.click(within(form).getByRole('button', { name: 'Place an order' }))
    await waitFor(() => expect(within(form).getByRole('combobox', { name: 'Customer' })).toBeInvalid())
  })

  it('says when its books do not add up', async () => {
    house(undefined, { ...shop, books: { ...shop.books, balanced: false, wrong: ['of mug, 1 is lost'] } })
    openApp('/shop')
    expect(await screen.findByText('They do not add up')).toBeVisible()
    expect(screen.getByText('of mug, 1 is lost')).toBeVisible()
    expect(screen.getByRole('cell', { name: '1,000' })).toBeVisible()
  })

  it('switches a service for all orders, and back when the server says no', async () => {
    house()
    const asked: unknown[] = []
    server.use(
      http.put(`${origin}/v1/shop/services/:service`, async ({ request, params }) => {
        asked.push([params.service, await request.json()])
        const fault = asked.length === 1 ? 'slow' : 'off'
        const switches = shop.switches.map((each) =>
          each.service === params.service ? { ...each, fault, changed_at: at, changed_by: 'Owner' } : each,
        )
        if (asked.length > 1) return HttpResponse.json(failure(503, 'unavailable'), { status: 503 })
        server.use(answer('/v1/shop', { ...shop, switches } as never))
        return HttpResponse.json(envelope(switches[3]))
      }),
    )
    openApp('/shop')
    const services = await screen.findByRole('region', { name: 'Services' })
    const shipping = within(services).getByLabelText('How the Shipping service behaves')
    await userEvent.selectOptions(shipping, 'Answers slowly')
    expect(await within(services).findByText(/^Owner, /)).toBeVisible()
    expect(shipping).toHaveValue('slow')
    expect(asked).toEqual([['shipping', { fault: 'slow' }]])
    const form = screen.getByRole('region', { name: 'Place an order' })
    expect(within(form).getByLabelText('How Tracking number fails')).toHaveTextContent('As its service: Answers slowly')
    expect(within(form).getByLabelText('How Create order fails')).toHaveTextContent('Works')
    await userEvent.selectOptions(shipping, 'Works')
    await waitFor(() => expect(asked).toHaveLength(2))
    await waitFor(() => expect(shipping).toHaveValue('slow'))
  })

  it('shows an order with what its services posted, and what waits until it stays', async () => {
    house()
    openApp('/shop?order=ord_1')
    expect(await screen.findByRole('region', { name: 'Order J-1' })).toHaveTextContent('sent off SP1')
    const told = screen.getByRole('region', { name: 'What people were told' })
    expect(within(told).getByRole('link', { name: 'order.created' })).toHaveAttribute('href', '/events/evt_1')
    expect(await within(told).findByRole('link', { name: 'Email' })).toBeVisible()
    expect(within(told).getByText('shipping posts it once the order stays committed')).toBeVisible()
    expect(await screen.findByText('The saga of this order is gone')).toBeVisible()
    expect(screen.queryByRole('link', { name: 'Whole saga' })).toBeNull()
  })

  it('lets those who may only look watch', async () => {
    house(['read'])
    openApp('/shop')
    await screen.findByRole('region', { name: 'Books' })
    expect(screen.queryByRole('button', { name: 'Place an order' })).toBeNull()
    expect(screen.queryByRole('button', { name: 'Let a payment fail' })).toBeNull()
    expect(screen.getByLabelText('How the Payment service behaves')).toBeDisabled()
  })

  it('says that there is none without the demo', async () => {
    house()
    server.use(refuse('/v1/shop', 404, 'not_found'))
    openApp('/shop')
    expect(await screen.findByRole('heading', { name: 'There is no sample shop here' })).toBeVisible()
  })
})
