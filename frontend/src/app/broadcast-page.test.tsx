import { notificationsStore } from '@mantine/notifications'
import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { HttpResponse, http } from 'msw'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Schema } from '../lib/api'
import { answer, answerPage, envelope, failure, me } from '../testing/answers'
import { broadcast, estimate, sent } from '../testing/broadcasts'
import { FakeSocket } from '../testing/fake-socket'
import { openApp } from '../testing/render'
import { server } from '../testing/server'

type Broadcast = Schema['Broadcast']

const at = (path: string) => `${location.origin}${path}`
const outcome = (id: string, given: Partial<Schema['BroadcastOutcome']['messages'][number]> = {}) => ({
  recipient: { id, name: '' },
  chosen_by: 'segment:regulars',
  messages: [{ id: `msg_${id}`, channel: 'in_app', status: 'delivered', ...given }],
})

/** What the pages of a broadcast ask for. */
function serve(one: Broadcast, permissions?: Schema['Permission'][]) {
  server.use(
    answer('/v1/auth/me', me(permissions)),
    answer('/v1/inbox/counts', { unread: 0, unseen: 0 }),
    http.post(at('/v1/inbox/ticket'), () => HttpResponse.json(envelope({ ticket: 't', expires_at: '' }))),
    answerPage('/v1/segments', [{ key: 'regulars', name: 'Regulars' }]),
    answerPage('/v1/groups', []),
    answerPage('/v1/templates', [{ key: 'news' }]),
    answerPage('/v1/workflows', []),
    answerPage('/v1/recipients', [{ id: 'ada', name: 'Ada' }]),
    answerPage('/v1/broadcasts/bct_1/history', []),
    answer('/v1/broadcasts/bct_1', one),
  )
}

/** Notes what a list is asked for, and answers it with its rows. */
function listed(path: string, rows: unknown[]) {
  const asked: string[] = []
  server.use(
    http.get(at(path), ({ request }) => {
      asked.push(new URL(request.url).search)
      return HttpResponse.json({ ...envelope(rows), page: { next: null, has_more: false } })
    }),
  )
  return asked
}

const counted = (given: Partial<Schema['BroadcastProgress']>) =>
  answer('/v1/broadcasts/bct_1/progress', {
    state: 'completed',
    people: 3,
    reached: 3,
    messages: 3,
    counts: {},
    waiting: 0,
    ...given,
  })

beforeEach(() => {
  FakeSocket.all = []
  vi.stubGlobal('WebSocket', FakeSocket)
})
afterEach(() => void vi.unstubAllGlobals())

describe('a broadcast that was taken back', () => {
  const recalled = { recalls: { deleted: 1, cannot: 2, failed: 2 }, recalled: { deleted: 1, cannot: 1, failed: 1 } }

  it('says of each recipient what became of it, and every number opens those it counts', async () => {
    serve(sent({ recall: 'done' }))
    server.use(counted(recalled))
    const asked = listed('/v1/broadcasts/bct_1/recipients', [
      outcome('ada', { recall: 'deleted' }),
      outcome('bo', { channel: 'sms', status: 'sent', recall: 'cannot', recall_detail: 'text messages stay' }),
      { ...outcome('guest-7'), messages: [], merged_into: 'cy' },
    ])
    const user = userEvent.setup()
    const { router } = openApp('/broadcasts/bct_1')
    const recall = await screen.findByRole('region', { name: 'Recall' })
    const people = await screen.findByRole('region', { name: 'Recipients' })
    expect(await within(people).findByText('Deleted', { selector: 'td *' })).toBeVisible()
    expect(within(people).getByTitle('text messages stay')).toHaveTextContent('Cannot be recalled')
    expect(within(people).getByRole('link', { name: 'Merged into cy' })).toHaveAttribute('href', '/recipients/cy')
    await user.click(await within(recall).findByRole('link', { name: 'Cannot be recalled 1' }))
    await waitFor(() => expect(router.state.location.search).toEqual({ recall: 'cannot' }))
    await waitFor(() => expect(asked.at(-1)).toContain('recall=cannot'))
  })

  it('is tried again for what failed, and only for that', async () => {
    let now = sent({ recall: 'done' })
    serve(now)
    server.use(counted(recalled))
    listed('/v1/broadcasts/bct_1/recipients', [])
    const tried: string[] = []
    server.use(
      http.get(at('/v1/broadcasts/bct_1'), () => HttpResponse.json(envelope(now))),
      http.post(at('/v1/broadcasts/bct_1/recall'), ({ request }) => {
        tried.push(request.headers.get('Idempotency-Key') ?? '')
        now = { ...now, recall: 'running' }
        return HttpResponse.json(envelope(now))
      }),
    )
    const user = userEvent.setup()
    openApp('/broadcasts/bct_1')
    await user.click(await screen.findByRole('button', { name: 'Try 2 that failed again' }))
    expect(await screen.findByText('What went out is being taken back…')).toBeVisible()
    expect(tried).toHaveLength(1)
    expect(tried[0]).not.toBe('')
    expect(screen.queryByRole('button', { name: /failed again/ })).not.toBeInTheDocument()
  })

  it.each([
    ['nothing failed', ['admin' as const], { recalls: { deleted: 3 }, recalled: { deleted: 3 } }],
    ['who looks may not steer deliveries', ['read' as const], recalled],
  ])('is not offered once more when %s', async (_, permissions, progress) => {
    serve(sent({ recall: 'done' }), permissions)
    server.use(counted(progress))
    listed('/v1/broadcasts/bct_1/recipients', [])
    openApp('/broadcasts/bct_1')
    expect(await screen.findByRole('link', { name: /^Deleted/ })).toBeVisible()
    expect(screen.queryByRole('button', { name: /failed again/ })).not.toBeInTheDocument()
  })

  it('says so when the server refuses to try again', async () => {
    serve(sent({ recall: 'done' }))
    server.use(counted(recalled))
    listed('/v1/broadcasts/bct_1/recipients', [])
    server.use(
      http.post(at('/v1/broadcasts/bct_1/recall'), () =>
        HttpResponse.json(failure(500, 'internal_error'), { status: 500 }),
      ),
    )
    const user = userEvent.setup()
    openApp('/broadcasts/bct_1')
    await user.click(await screen.findByRole('button', { name: 'Try 2 that failed again' }))
    const said = () => notificationsStore.getState().notifications.map(({ message }) => message)
    await waitFor(() => expect(said()).toContain('Something went wrong on the server.'))
    await waitFor(() => expect(screen.getByRole('button', { name: 'Try 2 that failed again' })).toBeEnabled())
  })
})

describe('the results of a broadcast', () => {
  it('open who was reached and who is still to come', async () => {
    serve(sent({ state: 'sending' }))
    server.use(counted({ state: 'sending', reached: 1, counts: { held: 1 }, waiting: 1 }))
    const asked = listed('/v1/broadcasts/bct_1/recipients', [])
    const user = userEvent.setup()
    const { router } = openApp('/broadcasts/bct_1')
    const progress = await screen.findByRole('region', { name: 'Progress' })
    expect(await within(progress).findByRole('link', { name: '1 held by the pause' })).toHaveAttribute(
      'href',
      '/messages?broadcast=bct_1&status=held&held_for=broadcast_paused',
    )
    await user.click(within(progress).getByRole('link', { name: '1 of 3 people' }))
    await waitFor(() => expect(asked.at(-1)).toContain('reached=yes'))
    expect(screen.getByRole('combobox', { name: 'How far' })).toHaveValue('yes')
    await user.click(within(progress).getByRole('link', { name: '2 still to come' }))
    await waitFor(() => expect(asked.at(-1)).toContain('reached=no'))
    await user.selectOptions(screen.getByRole('combobox', { name: 'How far' }), 'Everybody')
    await waitFor(() => expect(router.state.location.search).toEqual({}))
  })

  it('are doors: each number leads to the messages it counts', async () => {
    serve(sent())
    server.use(counted({ counts: { delivered: 2, failed: 1 } }))
    listed('/v1/broadcasts/bct_1/recipients', [])
    openApp('/broadcasts/bct_1')
    const progress = await screen.findByRole('region', { name: 'Progress' })
    expect(await within(progress).findByRole('link', { name: 'Delivered 2' })).toHaveAttribute(
      'href',
      '/messages?broadcast=bct_1&status=delivered',
    )
    expect(within(progress).getByRole('link', { name: 'Failed 1' })).toHaveAttribute(
      'href',
      '/messages?broadcast=bct_1&status=failed',
    )
  })
})

describe('what people see of a draft', () => {
  const words = (channel: string, locale: string, title: string) => ({
    channel,
    locale,
    status: 'queued',
    content: { title, text: title, body: title },
    size_bytes: 9,
    parts: 1,
    cost_micros: 0,
  })
  const previews = [
    { recipient: { id: 'ada', name: 'Ada' }, messages: [words('push', 'en', 'News'), words('sms', 'en', 'Short')] },
    { recipient: { id: 'wei', name: 'Wei' }, messages: [words('push', 'zh-CN', '新闻')] },
  ]
  const quota = { date: '2026-01-01', day: { limit: 0, taken: 0 }, month: { limit: 0, taken: 0 }, needs: 2 }

  async function opened() {
    serve(broadcast({ authors: ['mem_1'], channels: ['push', 'sms'] }))
    server.use(
      http.post(at('/v1/broadcasts/bct_1/check'), () =>
        HttpResponse.json(envelope({ findings: [], estimate, quota, previews })),
      ),
    )
    openApp('/broadcasts/bct_1?step=check')
    return screen.findByRole('region', { name: 'What people see' })
  }

  it('is narrowed to a channel and to a language', async () => {
    const user = userEvent.setup()
    const section = await opened()
    const people = () => within(section).getAllByRole('article', { name: /^What .* gets$/ })
    const names = () => people().map((each) => each.getAttribute('aria-label'))
    expect(names()).toEqual(['What Ada gets', 'What Wei gets'])
    await user.selectOptions(within(section).getByRole('combobox', { name: 'Language' }), 'zh-CN')
    expect(names()).toEqual(['What Wei gets'])
    expect(within(section).getAllByText('新闻')).not.toHaveLength(0)
    expect(within(section).queryByText('News')).not.toBeInTheDocument()
    await user.selectOptions(within(section).getByRole('combobox', { name: 'Language' }), 'Every language')
    await user.selectOptions(within(section).getByRole('combobox', { name: 'Channel' }), 'sms')
    expect(names()).toEqual(['What Ada gets'])
    expect(within(section).queryByText('News')).not.toBeInTheDocument()
  })

  it('is tried on whoever asks, and says where it went', async () => {
    const tests: unknown[] = []
    server.use(
      http.post(at('/v1/broadcasts/bct_1/test'), async ({ request }) => {
        tests.push(await request.json())
        return HttpResponse.json(envelope({ notification_ids: ['ntf_1'], recipients: ['ada'] }), { status: 202 })
      }),
    )
    const user = userEvent.setup()
    const section = await opened()
    await user.click(within(section).getByRole('button', { name: 'Send a test' }))
    const dialog = await screen.findByRole('dialog', { name: 'Send a test' })
    await user.click(within(dialog).getByRole('button', { name: 'Send a test' }))
    expect(await within(dialog).findByRole('link', { name: 'ada' })).toHaveAttribute('href', '/messages?recipient=ada')
    expect(tests).toEqual([{}])
  })

  it('is tried on others by id, email address or phone number', async () => {
    const tests: unknown[] = []
    server.use(
      http.post(at('/v1/broadcasts/bct_1/test'), async ({ request }) => {
        tests.push(await request.json())
        return HttpResponse.json(envelope({ notification_ids: [], recipients: ['bo', 'test-1'] }), { status: 202 })
      }),
    )
    const user = userEvent.setup()
    const section = await opened()
    await user.click(within(section).getByRole('button', { name: 'Send a test' }))
    const dialog = await screen.findByRole('dialog', { name: 'Send a test' })
    await user.click(within(dialog).getByRole('radio', { name: 'To others' }))
    expect(within(dialog).getByRole('button', { name: 'Send a test' })).toBeDisabled()
    await user.type(
      within(dialog).getByLabelText('Recipients or addresses', { selector: 'input' }),
      'bo{Enter}cleo@example.com{Enter}+447700900123{Enter}',
    )
    await user.click(within(dialog).getByRole('button', { name: 'Send a test' }))
    await waitFor(() =>
      expect(tests).toEqual([{ to: ['bo', { email: 'cleo@example.com' }, { phone: '+447700900123' }] }]),
    )
    expect(await within(dialog).findByRole('link', { name: 'test-1' })).toBeVisible()
  })
})

describe('a broadcast that is duplicated', () => {
  it('is a new draft of the same plan, without its time, and opens', async () => {
    serve(sent({ send_at: '2026-01-01T00:00:00Z', per_second: 5 }))
    server.use(counted({ counts: { delivered: 3 } }))
    listed('/v1/broadcasts/bct_1/recipients', [])
    const made: unknown[] = []
    const copy = broadcast({ id: 'bct_2', name: 'Spring news (copy)', authors: ['mem_1'] })
    server.use(
      answer('/v1/broadcasts/bct_2', copy),
      answerPage('/v1/broadcasts/bct_2/history', []),
      http.post(at('/v1/broadcasts'), async ({ request }) => {
        made.push(await request.json())
        return HttpResponse.json(envelope(copy), { status: 201 })
      }),
    )
    const user = userEvent.setup()
    const { router } = openApp('/broadcasts/bct_1')
    await user.click(await screen.findByRole('button', { name: 'Duplicate' }))
    await waitFor(() => expect(router.state.location.href).toBe('/broadcasts/bct_2?step=audience'))
    expect(made).toEqual([
      {
        name: 'Spring news (copy)',
        audience: { segments: ['regulars'] },
        template: 'news',
        channels: ['email'],
        category: 'orders',
        priority: 'low',
        per_second: 5,
      },
    ])
  })
})

describe('the list of broadcasts', () => {
  it('is narrowed to those of who looks, and to those that name a segment', async () => {
    serve(sent())
    const asked = listed('/v1/broadcasts', [sent()])
    const user = userEvent.setup()
    openApp('/broadcasts?segment=regulars')
    expect(await screen.findByRole('link', { name: '3' })).toHaveAttribute('href', '/broadcasts/bct_1#recipients')
    expect(asked.at(-1)).toContain('segment=regulars')
    await user.selectOptions(screen.getByRole('combobox', { name: 'By' }), 'By me')
    await waitFor(() => expect(asked.at(-1)).toContain('author=mem_1&segment=regulars'))
    await user.click(screen.getByRole('button', { name: 'Segment: regulars' }))
    await waitFor(() => expect(asked.at(-1)).not.toContain('segment'))
  })
})
