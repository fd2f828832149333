import { act, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { HttpResponse, http } from 'msw'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Schema } from '../lib/api'
import { answer, answerPage, envelope, me, refuse } from '../testing/answers'
import { FakeSocket } from '../testing/fake-socket'
import { openApp } from '../testing/render'
import { server } from '../testing/server'

const origin = location.origin

const sourceOf = (name: string): Schema['SourceView'] => ({
  key: 'shop',
  name,
  live_keys: 0,
  created_at: '2026-01-01T00:00:00Z',
  events_last_day: 0,
  events_last_day_at_least: false,
})

let waiting: number
let named: string
let category: Schema['Category']

beforeEach(() => {
  FakeSocket.all = []
  vi.stubGlobal('WebSocket', FakeSocket)
  waiting = 0
  named = 'Shop'
  category = { key: 'orders', name: 'Orders', mandatory: false, names: {}, created_at: '2026-01-01T00:00:00Z' }
  server.use(
    answer('/v1/auth/me', me()),
    answer('/v1/inbox/counts', { unread: 0, unseen: 0 }),
    http.get(`${origin}/v1/approvals/counts`, () => HttpResponse.json(envelope({ waiting, kinds: {} }))),
    http.get(`${origin}/v1/sources`, () =>
      HttpResponse.json({
        ...envelope([sourceOf(named)]),
        page: { next: null, has_more: false },
      }),
    ),
    http.get(`${origin}/v1/categories`, () =>
      HttpResponse.json({ ...envelope([category]), page: { next: null, has_more: false } }),
    ),
    answerPage('/v1/workflows', []),
    answer('/v1/integrations', []),
    http.post(`${origin}/v1/inbox/ticket`, () => HttpResponse.json(envelope({ ticket: 't', expires_at: '' }))),
  )
})
afterEach(() => void vi.unstubAllGlobals())

/** The socket of the pages, once it is there. */
async function pages(): Promise<FakeSocket> {
  return waitFor(() => {
    const found = FakeSocket.all.findLast(({ url }) => url.endsWith('/v1/live/ws'))
    if (!found) throw new Error('no socket of the pages yet')
    return found
  })
}

async function connected(): Promise<FakeSocket> {
  const socket = await pages()
  act(() => {
    socket.open()
    socket.say({ type: 'hello' })
  })
  return socket
}

describe('open pages', () => {
  it('show what somebody else changed, and how many approvals wait', async () => {
    openApp('/settings/sources')
    expect(await screen.findByText('Shop')).toBeVisible()
    const socket = await connected()
    named = 'Web shop'
    waiting = 3
    act(() => {
      socket.say({ type: 'changed', kind: 'source', ids: ['shop'] })
      socket.say({ type: 'changed', kind: 'approval', ids: ['apr_1'] })
    })
    expect(await screen.findByText('Web shop')).toBeVisible()
    expect(await screen.findByText('3')).toBeVisible()
  })

  it('leave alone what a change has nothing to do with', async () => {
    openApp('/settings/sources')
    expect(await screen.findByText('Shop')).toBeVisible()
    const socket = await connected()
    named = 'Web shop'
    waiting = 3
    act(() => socket.say({ type: 'changed', kind: 'approval', ids: [] }))
    expect(await screen.findByText('3')).toBeVisible()
    expect(screen.getByText('Shop')).toBeVisible()
  })

  it.each([
    ['the connection comes back', (socket: FakeSocket) => socket.drop()],
    ['the server says that something may be missing', (socket: FakeSocket) => socket.say({ type: 'gap' })],
  ])('ask again for everything when %s', async (_, then) => {
    openApp('/settings/sources')
    expect(await screen.findByText('Shop')).toBeVisible()
    const first = await connected()
    named = 'Web shop'
    // Unlike a list, their number is not polled while the connection is down.
    waiting = 3
    act(() => then(first))
    if (first.readyState !== FakeSocket.OPEN) {
      await waitFor(async () => expect(await pages()).not.toBe(first))
      await connected()
    }
    expect(await screen.findByText('3')).toBeVisible()
    expect(await screen.findByText('Web shop')).toBeVisible()
  })

  it('give way to the sign-in page when the session is ended elsewhere', async () => {
    openApp('/settings/sources')
    expect(await screen.findByText('Shop')).toBeVisible()
    const socket = await connected()
    server.use(refuse('/v1/auth/me', 401, 'unauthenticated'))
    act(() => socket.drop(4401))
    expect(await screen.findByLabelText('Password')).toBeVisible()
  })

  it('become those of the new role', async () => {
    openApp('/settings/sources')
    expect(await screen.findByRole('link', { name: 'Members' })).toBeVisible()
    const socket = await connected()
    server.use(answer('/v1/auth/me', me(['read'])))
    act(() => socket.say({ type: 'changed', kind: 'member', ids: ['mem_1'] }))
    await waitFor(() => expect(screen.queryByRole('link', { name: 'Members' })).toBeNull())
  })
})

describe('a form that is open while somebody else saves', () => {
  const elsewhere = 'Somebody else changed it meanwhile'

  it('shows theirs at once while nothing was written in it', async () => {
    openApp('/categories/orders')
    const name = await screen.findByRole('textbox', { name: 'Name' })
    const socket = await connected()
    category = { ...category, name: 'Purchases' }
    act(() => socket.say({ type: 'changed', kind: 'category', ids: ['orders'] }))
    await waitFor(() => expect(name).toHaveValue('Purchases'))
    expect(screen.queryByText(elsewhere)).toBeNull()
  })

  it('keeps what was written, says so, and gives it up only when asked', async () => {
    const user = userEvent.setup()
    openApp('/categories/orders')
    const name = await screen.findByRole('textbox', { name: 'Name' })
    await user.type(name, ' of mine')
    const socket = await connected()
    category = { ...category, name: 'Purchases' }
    act(() => socket.say({ type: 'changed', kind: 'category', ids: ['orders'] }))
    expect(await screen.findByText(elsewhere)).toBeVisible()
    expect(name).toHaveValue('Orders of mine')
    await user.click(screen.getByRole('button', { name: 'Show theirs' }))
    expect(name).toHaveValue('Purchases')
    expect(screen.queryByText(elsewhere)).toBeNull()
  })
})
