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

/** What every page asks for beside its own. */
function signedIn(permissions?: Schema['Permission'][]) {
  server.use(
    answer('/v1/auth/me', me(permissions)),
    answer('/v1/inbox/counts', { unread: 0, unseen: 0 }),
    answer('/v1/approvals/counts', { waiting: 0, kinds: {} }),
    answer('/v1/integrations', [{ id: 'int_1', name: 'SendGrid' }]),
    http.post(`${origin}/v1/inbox/ticket`, () => HttpResponse.json(envelope({ ticket: 't', expires_at: '' }))),
  )
}

beforeEach(() => {
  FakeSocket.all = []
  vi.stubGlobal('WebSocket', FakeSocket)
})
afterEach(() => void vi.unstubAllGlobals())

describe('signing in', () => {
  it('stands in the place of the page that was asked for, and gives way to it', async () => {
    server.use(
      refuse('/v1/auth/me', 401, 'unauthenticated'),
      answer('/v1/inbox/counts', { unread: 0, unseen: 0 }),
      answer('/v1/approvals/counts', { waiting: 0, kinds: {} }),
      answer('/v1/integrations', []),
      http.post(`${origin}/v1/inbox/ticket`, () => HttpResponse.json(envelope({ ticket: 't', expires_at: '' }))),
      http.post(`${origin}/v1/auth/login`, async ({ request }) => {
        const { password } = (await request.json()) as Schema['LoginInput']
        if (password !== 'right') return HttpResponse.json(failure(401, 'unauthenticated'), { status: 401 })
        return HttpResponse.json(envelope(me()))
      }),
      answerPage('/v1/messages', [message()]),
    )
    const user = userEvent.setup()
    openApp('/messages')
    await user.type(await screen.findByLabelText('Email'), 'owner@example.com')
    await user.type(screen.getByLabelText('Password'), 'wrong')
    await user.click(screen.getByRole('button', { name: 'Sign in' }))
    expect(await screen.findByRole('alert')).toHaveTextContent('Email or password is not right.')

    await user.clear(screen.getByLabelText('Password'))
    await user.type(screen.getByLabelText('Password'), 'right')
    await user.click(screen.getByRole('button', { name: 'Sign in' }))
    expect(await screen.findByRole('heading', { name: 'Messages' })).toBeVisible()
  })
})

describe('the messages page', () => {
  it('asks for what the address says, and gives the next page on request', async () => {
    signedIn()
    const asked: string[] = []
    server.use(
      http.get(`${origin}/v1/messages`, ({ request }) => {
        const url = new URL(request.url)
        asked.push(decodeURIComponent(url.search))
        const second = url.searchParams.has('after')
        return HttpResponse.json({
          ...envelope([message({ recipient: { id: 'x', name: second ? 'Second' : 'First' } })]),
          page: { next: second ? null : 'cursor-1', has_more: !second },
        })
      }),
    )
    const user = userEvent.setup()
    openApp('/messages?status=failed,unknown&workflow=order.shipped&q=1001')
    await screen.findByText('First')
    expect(asked[0]).toBe('?status=failed,unknown&workflow=order.shipped&q=1001&limit=50')
    await user.click(screen.getByRole('button', { name: 'Load more' }))
    await screen.findByText('Second')
    // The list is asked for again by itself while nothing tells of changes.
    expect(asked.some((search) => search.includes('after=cursor-1'))).toBe(true)
    expect(screen.getByText('2 shown')).toBeVisible()
  })

  it('puts a chosen filter into the address', async () => {
    signedIn()
    server.use(answerPage('/v1/messages', [message()]))
    const user = userEvent.setup()
    const { router } = openApp('/messages')
    await user.click(await screen.findByRole('button', { name: 'Status' }))
    await user.click(await screen.findByLabelText('Failed'))
    await waitFor(() => expect(router.state.location.search).toEqual({ status: 'failed' }))
  })

  it('takes a filter whose value is typed', async () => {
    signedIn()
    server.use(answerPage('/v1/messages', [message()]))
    const user = userEvent.setup()
    const { router } = openApp('/messages')
    await user.click(await screen.findByRole('button', { name: 'Filter' }))
    await user.selectOptions(await screen.findByRole('combobox', { name: 'Filter' }), 'template')
    await user.type(screen.getByLabelText('Value'), ' welcome {Enter}')
    await waitFor(() => expect(router.state.location.search).toEqual({ template: 'welcome' }))
  })

  it('says why a message was not sent', async () => {
    signedIn()
    server.use(answerPage('/v1/messages', [message({ status: 'skipped', skip_reason: 'no_address' })]))
    openApp('/messages')
    const row = (await screen.findByText('Skipped')).closest('tr') as HTMLElement
    expect(within(row).getByText('No address')).toBeVisible()
  })

  it.each([
    ['there are none', '/messages', answerPage('/v1/messages', []), 'No messages yet'],
    ['none match', '/messages?status=failed', answerPage('/v1/messages', []), 'No message matches these filters'],
    [
      'the server fails',
      '/messages',
      refuse('/v1/messages', 500, 'internal_error'),
      'Something went wrong on the server.',
    ],
    ['the role forbids it', '/messages', refuse('/v1/messages', 403, 'forbidden'), 'You may not see this'],
  ])('has a designed state when %s', async (_, address, handler, text) => {
    signedIn()
    server.use(handler)
    openApp(address)
    expect(await screen.findByText(text)).toBeVisible()
  })

  it('refreshes when the live socket says that messages changed', async () => {
    signedIn()
    let status: Schema['Status'] = 'queued'
    server.use(
      http.get(`${origin}/v1/messages`, () =>
        HttpResponse.json({ ...envelope([message({ status })]), page: { next: null, has_more: false } }),
      ),
    )
    openApp('/messages')
    await screen.findByText('Queued')
    const live = await waitFor(() => {
      const found = FakeSocket.all.find((socket) => socket.url.endsWith('/v1/live/ws'))
      if (!found) throw new Error('no socket of the pages yet')
      return found
    })
    live.open()
    status = 'delivered'
    live.say({ type: 'messages', ids: ['msg_1'] })
    expect(await screen.findByText('Delivered')).toBeVisible()
  })
})

describe('the message page', () => {
  it('tells the whole story', async () => {
    signedIn()
    const one = message({ status: 'failed' })
    const view: Schema['MessageView'] = {
      ...one,
      test: false,
      content: { subject: 'On its way', html: '<p>Hello</p>', text: 'Hello' },
      attempts: [
        {
          id: 'att_1',
          number: 1,
          integration: 'int_1',
          outcome: 'invalid_recipient',
          error_code: '550',
          error_detail: 'No such mailbox.',
          started_at: '2026-01-01T00:00:01Z',
          ended_at: '2026-01-01T00:00:02Z',
        },
      ],
      timeline: [
        { at: '2026-01-01T00:00:00Z', kind: 'created' },
        {
          at: '2026-01-01T00:00:02Z',
          kind: 'failed',
          detail: { integration: 'int_1', detail: 'No such mailbox.' } as never,
        },
      ],
      engagement: [],
      decisions: [],
    }
    const decisions = [
      { step: 'preference', channel: 'email', outcome: 'pass' },
      {
        step: 'address',
        channel: 'sms',
        outcome: 'skip',
        reason: 'no_address',
        detail: 'The recipient has no sms address.',
      },
    ]
    server.use(
      answer(`/v1/messages/${one.id}`, view as never),
      answer(`/v1/notifications/${one.notification_id}`, { decisions, messages: [one] } as never),
    )
    openApp(`/messages/${one.id}`)
    expect(await screen.findByRole('heading', { name: 'order.shipped to Ada' })).toBeVisible()
    expect(screen.getByText('It failed; no further try will be made by itself.')).toBeVisible()
    expect(screen.getAllByText('No such mailbox.')).toHaveLength(2)
    expect(await screen.findByText('The recipient has no address on this channel.')).toBeVisible()
    expect(screen.getByTitle('Email as the recipient sees it')).toHaveAttribute('sandbox', '')
    expect(screen.getByRole('button', { name: 'Send again' })).toBeVisible()
    expect(screen.queryByRole('button', { name: 'Stop it' })).toBeNull()
  })

  it('offers no action to a viewer', async () => {
    signedIn(['read'])
    const one = message({ status: 'failed' })
    server.use(
      answer(`/v1/messages/${one.id}`, {
        ...one,
        content: {},
        attempts: [],
        timeline: [],
        engagement: [],
        decisions: [],
      } as never),
      answer(`/v1/notifications/${one.notification_id}`, { decisions: [], messages: [] }),
    )
    openApp(`/messages/${one.id}`)
    await screen.findByRole('heading', { name: 'order.shipped to Ada' })
    expect(screen.queryByRole('button', { name: 'Send again' })).toBeNull()
  })
})

describe('the failures page', () => {
  it('shows what a replay would do before it does it, and sends the token of the session', async () => {
    signedIn()
    const one = message({ status: 'failed' })
    const bodies: Schema['ReplayInput'][] = []
    const tokens: (string | null)[] = []
    server.use(
      answerPage('/v1/dead-letters', [one, message({ status: 'unknown' })]),
      answer('/v1/dead-letters/causes', []),
      http.post(`${origin}/v1/dead-letters/replay`, async ({ request }) => {
        bodies.push((await request.json()) as Schema['ReplayInput'])
        tokens.push(request.headers.get('X-CSRF-Token'))
        return HttpResponse.json(
          envelope({ selected: 1, would_send: 1, already_delivered: 0, expired: 0, suppressed: 0 }),
        )
      }),
    )
    const user = userEvent.setup()
    openApp('/failures')
    await user.click(await screen.findByLabelText(`Select ${one.id}`))
    await user.click(screen.getByRole('button', { name: 'Send again…' }))
    await waitFor(() => expect(bodies).toHaveLength(1))
    await user.click(await screen.findByLabelText('From the current template'))
    await waitFor(() => expect(bodies).toHaveLength(2))
    await user.click(await screen.findByRole('button', { name: 'Send 1 message' }))
    await waitFor(() => expect(bodies).toHaveLength(3))
    expect(bodies).toEqual([
      { ids: [one.id], template: 'original', preview: true },
      { ids: [one.id], template: 'current', preview: true },
      { ids: [one.id], template: 'current', preview: false },
    ])
    expect(tokens).toEqual(new Array(3).fill('token-of-the-session'))
  })

  it('does not discard without a reason', async () => {
    signedIn()
    const discarded = vi.fn()
    server.use(
      answerPage('/v1/dead-letters', [message({ status: 'failed' })]),
      answer('/v1/dead-letters/causes', []),
      http.post(`${origin}/v1/dead-letters/discard`, async ({ request }) => {
        discarded(await request.json())
        return HttpResponse.json(envelope({ discarded: 1 }))
      }),
    )
    const user = userEvent.setup()
    openApp('/failures?error_code=550')
    await user.click(await screen.findByRole('button', { name: 'Discard…' }))
    const dialog = await screen.findByRole('dialog')
    await user.click(within(dialog).getByRole('button', { name: 'Discard' }))
    expect(await within(dialog).findByText('Say why; the reason is kept.')).toBeVisible()
    expect(discarded).not.toHaveBeenCalled()
    await user.type(within(dialog).getByLabelText('Reason'), 'old order')
    await user.click(within(dialog).getByRole('button', { name: 'Discard' }))
    await waitFor(() => expect(discarded).toHaveBeenCalledWith({ filter: { error_code: '550' }, reason: 'old order' }))
  })
})

describe('the bell', () => {
  it('shows the server’s counts, and opening it is seeing', async () => {
    signedIn()
    const marks: unknown[] = []
    server.use(
      answer('/v1/inbox/counts', { unread: 3, unseen: 2 }),
      answerPage('/v1/messages', []),
      answerPage('/v1/inbox', []),
      http.post(`${origin}/v1/inbox/mark`, async ({ request }) => {
        marks.push(await request.json())
        return HttpResponse.json(envelope({ unread: 3, unseen: 0 }))
      }),
    )
    const user = userEvent.setup()
    openApp('/messages')
    await user.click(await screen.findByRole('button', { name: 'Notifications, 3 unread' }))
    expect(await screen.findByText('Nothing yet')).toBeVisible()
    expect(marks).toEqual([{ all: true, as: 'seen' }])
  })

  it('rings when the socket brings an item', async () => {
    signedIn()
    server.use(answerPage('/v1/messages', []))
    openApp('/messages')
    await screen.findByRole('button', { name: 'Notifications' })
    server.use(answer('/v1/inbox/counts', { unread: 1, unseen: 1 }))
    const inbox = await waitFor(() => {
      const found = FakeSocket.all.find((socket) => socket.url.includes('/v1/inbox/ws?token=t'))
      if (!found) throw new Error('the inbox socket is not open yet')
      return found
    })
    inbox.open()
    inbox.say({ type: 'hello', epoch: 'e', offset: 1, unread: 0, unseen: 0 })
    inbox.say({ type: 'item', offset: 2, item: { id: 'inb_2', title: 'Order 7 shipped' } })
    expect(await screen.findByText('New notification: Order 7 shipped')).toBeInTheDocument()
    expect(await screen.findByRole('button', { name: 'Notifications, 1 unread' })).toBeVisible()
    inbox.say({ type: 'counts', unread: 7, unseen: 0 })
    expect(await screen.findByRole('button', { name: 'Notifications, 7 unread' })).toBeVisible()
  })
})

describe('the palette', () => {
  it('opens a pasted id', async () => {
    signedIn()
    server.use(answerPage('/v1/messages', []), refuse('/v1/events/evt_00ff', 404, 'not_found'))
    const user = userEvent.setup()
    const { router } = openApp('/messages')
    await user.click(await screen.findByText('Go to…'))
    await user.type(await screen.findByPlaceholderText('Page, name, or paste an id'), 'evt_00ff')
    await user.click(await screen.findByText('Open evt_00ff'))
    await waitFor(() => expect(router.state.location.pathname).toBe('/events/evt_00ff'))
    expect(await screen.findByText('Nothing is here')).toBeVisible()
  })
})

describe('the palette by name', () => {
  it('opens a thing by its name', async () => {
    signedIn()
    server.use(
      answerPage('/v1/messages', []),
      answerPage('/v1/search', [{ kind: 'integration', id: 'int_7', name: 'Main mail' }]),
    )
    const user = userEvent.setup()
    const { router } = openApp('/messages')
    await user.click(await screen.findByText('Go to…'))
    await user.type(await screen.findByPlaceholderText('Page, name, or paste an id'), 'main')
    await user.click(await screen.findByText('Main mail'))
    await waitFor(() => expect(router.state.location.pathname).toBe('/channels/int_7'))
  })
})

describe('an address without a page', () => {
  it('says so and shows the way home', async () => {
    signedIn()
    openApp('/nowhere')
    expect(await screen.findByText('There is no such page')).toBeVisible()
    expect(screen.getByRole('link', { name: 'Go to Home' })).toHaveAttribute('href', '/')
  })
})
