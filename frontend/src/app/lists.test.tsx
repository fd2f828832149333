import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { HttpResponse, http } from 'msw'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { answer, answerPage, envelope, me, message, refuse } from '../testing/answers'
import { FakeSocket } from '../testing/fake-socket'
import { openApp } from '../testing/render'
import { server } from '../testing/server'

const origin = location.origin

beforeEach(() => {
  vi.stubGlobal('WebSocket', FakeSocket)
  server.use(
    answer('/v1/auth/me', me()),
    answer('/v1/inbox/counts', { unread: 0, unseen: 0 }),
    answer('/v1/approvals/counts', { waiting: 0, kinds: {} }),
    answer('/v1/integrations', []),
    answer('/v1/dead-letters/causes', []),
    http.post(`${origin}/v1/inbox/ticket`, () => HttpResponse.json(envelope({ ticket: 't', expires_at: '' }))),
  )
})
afterEach(() => void vi.unstubAllGlobals())

const named = (name: string) => message({ recipient: { id: name.toLowerCase(), name } })

describe('a list by keys', () => {
  it('walks with j and k, opens with Enter and comes to the search with /', async () => {
    const rows = [named('Ada'), named('Ben'), named('Cleo')]
    server.use(answerPage('/v1/messages', rows), refuse('/v1/messages/:id', 404, 'not_found'))
    const user = userEvent.setup()
    const { router } = openApp('/messages')
    await screen.findByText('Ada')
    await user.keyboard('jjjjk')
    expect(document.activeElement).toHaveTextContent('Ben')
    await user.keyboard('/')
    expect(document.activeElement).toHaveAttribute('type', 'search')
    await user.keyboard('j')
    expect(document.activeElement).toHaveValue('j')
    screen.getByText('Ben').focus()
    await user.keyboard('{Enter}')
    await waitFor(() => expect(router.state.location.pathname).toBe(`/messages/${rows[1]?.id}`))
  })

  it('chooses a row with x', async () => {
    const rows = [message({ status: 'failed' }), message({ status: 'failed' })]
    server.use(answerPage('/v1/dead-letters', rows))
    const user = userEvent.setup()
    openApp('/failures')
    await screen.findByLabelText(`Select ${rows[1]?.id}`)
    await user.keyboard('jjx')
    expect(screen.getByLabelText(`Select ${rows[1]?.id}`)).toBeChecked()
    expect(screen.getByText('1 selected')).toBeVisible()
  })

  it('shows all keys with ? and goes to a page with g and its letter', async () => {
    server.use(answerPage('/v1/messages', []), answerPage('/v1/events', []))
    const user = userEvent.setup()
    const { router } = openApp('/messages')
    await screen.findByText('No messages yet')
    await user.keyboard('?')
    const help = await screen.findByRole('dialog')
    expect(within(help).getByText('Next row')).toBeVisible()
    await user.keyboard('{Escape}')
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    await user.keyboard('ge')
    await waitFor(() => expect(router.state.location.pathname).toBe('/events'))
  })
})

describe('a list as a file', () => {
  it('holds all pages of the filtered list, and no formula', async () => {
    const asked: string[] = []
    server.use(
      http.get(`${origin}/v1/messages`, ({ request }) => {
        const url = new URL(request.url)
        asked.push(decodeURIComponent(url.search))
        const after = url.searchParams.get('after')
        const row = message({ recipient: { id: after ? '=1+1' : 'ada', name: 'Ada' }, source: 'shop, north' })
        return HttpResponse.json({ ...envelope([row]), page: { next: after ? null : 'c1', has_more: !after } })
      }),
    )
    const parts: BlobPart[][] = []
    class Kept extends Blob {
      constructor(given: BlobPart[], options?: BlobPropertyBag) {
        super(given, options)
        parts.push(given)
      }
    }
    vi.stubGlobal('Blob', Kept)
    const user = userEvent.setup()
    openApp('/messages?status=delivered')
    await user.click(await screen.findByRole('button', { name: 'More for this list' }))
    await user.click(await screen.findByText('Export as CSV'))
    expect(await screen.findByText('2 rows are in the file.')).toBeVisible()
    const text = parts.flat().join('')
    expect(text).toContain('Status,Recipient')
    expect(text).toContain("delivered,'=1+1,email")
    expect(text).toContain('"shop, north"')
    expect(asked).toContain('?status=delivered&limit=200')
    expect(asked).toContain('?status=delivered&limit=200&after=c1')
  })

  it('stops reading when it is cancelled', async () => {
    const second = vi.fn()
    let answerFirst = () => {}
    const held = new Promise<void>((resolve) => {
      answerFirst = resolve
    })
    server.use(
      http.get(`${origin}/v1/messages`, async ({ request }) => {
        const url = new URL(request.url)
        if (url.searchParams.has('after')) second()
        else if (url.searchParams.get('limit') === '200') await held
        return HttpResponse.json({ ...envelope([message()]), page: { next: 'again', has_more: true } })
      }),
    )
    vi.stubGlobal(
      'IntersectionObserver',
      class {
        observe() {}
        disconnect() {}
      },
    )
    const user = userEvent.setup()
    openApp('/messages')
    await user.click(await screen.findByRole('button', { name: 'More for this list' }))
    await user.click(await screen.findByText('Export as CSV'))
    await user.click(await screen.findByRole('button', { name: 'Cancel' }))
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    answerFirst()
    await user.keyboard('j')
    expect(second).not.toHaveBeenCalled()
  })
})

describe('a long list', () => {
  it('draws only rows near the eye, and says how many there are', async () => {
    const rows = Array.from({ length: 400 }, (_, index) => named(`Person ${index}`))
    server.use(answerPage('/v1/messages', rows))
    openApp('/messages')
    await screen.findByText('Person 0')
    expect(screen.getByRole('table')).toHaveAttribute('aria-rowcount', '401')
    expect(screen.queryByText('Person 399')).toBeNull()
    expect(screen.getAllByRole('row').length).toBeLessThan(120)
    expect(screen.getByText('400 shown')).toBeVisible()
  })

  it('draws two pages no more whole than ten', async () => {
    server.use(
      answerPage(
        '/v1/messages',
        Array.from({ length: 100 }, (_, index) => named(`Person ${index}`)),
      ),
    )
    openApp('/messages')
    await screen.findByText('Person 0')
    expect(screen.queryByText('Person 99')).toBeNull()
  })
})

describe('the types of events that came in', () => {
  const type = (index: number) => ({
    type: `fact-${index}`,
    count: 1,
    first_at: '',
    last_at: '2026-11-21T09:00:00Z',
    last_id: '',
  })

  it('are told as far as they fit, and all of them when asked', async () => {
    server.use(
      answerPage('/v1/events', []),
      answerPage('/v1/workflows', []),
      answerPage(
        '/v1/event-types',
        Array.from({ length: 60 }, (_, index) => type(index)),
      ),
    )
    const user = userEvent.setup()
    openApp('/events')
    await screen.findByText('fact-39')
    expect(screen.queryByText('fact-40')).toBeNull()
    await user.click(screen.getByText('Show all 60 types'))
    expect(await screen.findByText('fact-59')).toBeVisible()
  })
})

describe('saved views', () => {
  it('opens one, and shows which is open', async () => {
    const asked: string[] = []
    server.use(
      answerPage('/v1/views', [
        { id: 'viw_1', list: 'messages', name: 'Broken', search: 'status=failed', created_at: '' },
        { id: 'viw_2', list: 'events', name: 'Elsewhere', search: 'q=x', created_at: '' },
      ]),
      http.get(`${origin}/v1/messages`, ({ request }) => {
        asked.push(new URL(request.url).search)
        return HttpResponse.json({ ...envelope([message()]), page: { next: null, has_more: false } })
      }),
    )
    const user = userEvent.setup()
    const { router } = openApp('/messages')
    await user.click(await screen.findByRole('button', { name: 'Views' }))
    expect(screen.queryByText('Elsewhere')).toBeNull()
    await user.click(await screen.findByRole('button', { name: 'Broken' }))
    await waitFor(() => expect(router.state.location.search).toEqual({ status: 'failed' }))
    expect(await screen.findByRole('button', { name: 'Broken' })).toBeVisible()
    await waitFor(() => expect(asked.at(-1)).toContain('status=failed'))
  })

  it('keeps the filter of now under a name', async () => {
    const bodies: unknown[] = []
    server.use(
      answerPage('/v1/messages', [message()]),
      http.put(`${origin}/v1/views`, async ({ request }) => {
        bodies.push(await request.json())
        return HttpResponse.json(envelope({ id: 'viw_1', list: 'messages', name: 'Mine', search: '', created_at: '' }))
      }),
    )
    const user = userEvent.setup()
    openApp('/messages?status=failed,unknown&q=ada')
    await user.click(await screen.findByRole('button', { name: 'Views' }))
    await user.type(await screen.findByLabelText('Save this filter as'), 'Mine')
    await user.click(screen.getByRole('button', { name: 'Save' }))
    await waitFor(() =>
      expect(bodies).toEqual([{ list: 'messages', name: 'Mine', search: 'status=failed,unknown&q=ada' }]),
    )
  })
})
