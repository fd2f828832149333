import { act, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { HttpResponse, http } from 'msw'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Schema } from '../lib/api'
import { answer, answerPage, envelope, me, refuse } from '../testing/answers'
import { FakeSocket } from '../testing/fake-socket'
import { openApp } from '../testing/render'
import { server } from '../testing/server'

const origin = location.origin
const days = ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z']

const menu: Schema['Report'][] = [
  {
    id: 'headline',
    title: 'At a glance',
    question: 'How much?',
    chart: 'figures',
    params: [{ name: 'channel' }, { name: 'source' }],
    columns: [
      { name: 'accepted', type: 'count', title: 'Accepted', opens: { list: 'messages' } },
      { name: 'failed', type: 'count', title: 'Failed', opens: { list: 'messages', with: { status: 'failed' } } },
    ],
  },
  {
    id: 'volume',
    title: 'Volume',
    question: 'How many?',
    chart: 'stack',
    params: [
      { name: 'channel' },
      { name: 'source' },
      { name: 'group', options: ['channel', 'source'], default: 'channel' },
    ],
    columns: [
      { name: 'at', type: 'time', title: 'Time' },
      { name: 'group', type: 'text', title: 'Group' },
      {
        name: 'messages',
        type: 'count',
        title: 'Messages',
        opens: { list: 'messages', from: { at: 'at', $group: 'group' } },
      },
    ],
  },
  {
    // One that no page has heard of.
    id: 'moon',
    title: 'Phases of the moon',
    question: 'Does it matter?',
    chart: 'bars',
    params: [],
    columns: [
      { name: 'phase', type: 'text', title: 'Phase' },
      { name: 'howls', type: 'count', title: 'Howls' },
    ],
  },
]

const answers: Record<string, Partial<Schema['ReportAnswer']>> = {
  headline: { columns: ['accepted', 'failed'], rows: [[1200, 3]], previous: [[1000, 6]] },
  volume: {
    columns: ['at', 'group', 'messages'],
    rows: [
      [days[0] ?? '', 'email', 700],
      [days[0] ?? '', 'sms', 100],
      [days[1] ?? '', 'email', 400],
      [days[1] ?? '', 'sms', 0],
    ],
    bucket: 'day',
    partial: [days[1] ?? ''],
  },
  moon: { columns: ['phase', 'howls'], rows: [['full', 9]] },
}

/** The house of the reports; what was asked of them. */
function house(permissions?: Schema['Permission'][]) {
  const asked: URL[] = []
  server.use(
    answer('/v1/auth/me', me(permissions)),
    answer('/v1/inbox/counts', { unread: 0, unseen: 0 }),
    answer('/v1/integrations', []),
    answerPage('/v1/categories', []),
    answerPage('/v1/views', []),
    http.post(`${origin}/v1/inbox/ticket`, () => HttpResponse.json(envelope({ ticket: 't', expires_at: '' }))),
    answerPage('/v1/reports', menu as never),
    http.get(`${origin}/v1/reports/:id`, ({ request, params }) => {
      const url = new URL(request.url)
      asked.push(url)
      const common = {
        from: days[0],
        to: '2026-01-02T12:00:00Z',
        zone: 'UTC',
        refreshed_at: days[1],
        store: 'embedded',
        lacks: [],
      }
      return HttpResponse.json(envelope({ ...common, ...answers[String(params.id)] }))
    }),
  )
  return asked
}

const card = (name: string) => screen.findByRole('region', { name })

beforeEach(() => {
  vi.stubGlobal('WebSocket', FakeSocket)
})

describe('the reports', () => {
  it('are drawn from their description, also one that no page knows', async () => {
    house()
    openApp('/reports')
    expect(await within(await card('Volume')).findByRole('img', { name: 'Volume' })).toBeInTheDocument()
    const moon = await card('Phases of the moon')
    expect(await within(moon).findByRole('img', { name: 'Phases of the moon' })).toBeInTheDocument()
    expect(within(moon).getByText('Does it matter?')).toBeInTheDocument()
  })

  it('have a table for those who do not see, and the same with doors for those who want it', async () => {
    house()
    openApp('/reports')
    const volume = await card('Volume')
    const table = await within(volume).findByRole('table')
    expect(within(table).getAllByRole('row')).toHaveLength(5)
    expect(within(table).queryByRole('link')).toBeNull()
    await userEvent.click(within(volume).getByRole('button', { name: /as a table/ }))
    const door = await within(volume).findByRole('link', { name: '700' })
    const href = new URL(door.getAttribute('href') ?? '', origin)
    expect(href.pathname).toBe('/messages')
    expect(Object.fromEntries(href.searchParams)).toEqual({ channel: 'email', from: days[0], to: days[1] })
    expect(within(volume).queryByRole('img', { name: 'Volume' })).toBeNull()
  })

  it('are read by arrow keys, say each figure and open the list behind it', async () => {
    house()
    server.use(answerPage('/v1/messages', []))
    const { router } = openApp('/reports')
    const volume = await card('Volume')
    const drawing = await within(volume).findByRole('application', { name: /^Volume: arrow keys/ })
    const said = () => drawing.querySelector('[aria-live]')?.textContent
    expect(said()).toBe('')
    const user = userEvent.setup()
    act(() => drawing.focus())
    await user.keyboard('{ArrowRight}')
    expect(said()).toMatch(/SMS: 100$/)
    await user.keyboard('{ArrowUp}')
    expect(said()).toMatch(/SMS: 100$/)
    await user.keyboard('{ArrowDown}')
    expect(said()).toMatch(/Email: 700$/)
    await user.keyboard('{ArrowRight}')
    expect(said()).toMatch(/Email: 400$/)
    await user.keyboard('{Escape}{Enter}')
    expect(said()).toBe('')
    await user.keyboard('{End}{Enter}')
    await waitFor(() => expect(router.state.location.pathname).toBe('/messages'))
    expect(router.state.location.search).toMatchObject({ channel: 'email', from: days[1] })
  })

  it('draw a bucket that is not over dashed, and the whole ones not', async () => {
    house()
    openApp('/reports')
    const picture = await within(await card('Volume')).findByRole('img', { name: 'Volume' })
    const dashed = picture.querySelectorAll('rect[stroke-dasharray]')
    expect(dashed).toHaveLength(1)
    expect(dashed[0]?.parentElement?.querySelector('title')?.textContent).toContain('400')
  })

  it('say how the head figures have changed since the time before', async () => {
    house()
    openApp('/reports')
    expect(await screen.findByRole('link', { name: '1,200' })).toHaveAttribute(
      'href',
      expect.stringContaining('/messages'),
    )
    expect(screen.getByText(/20% more than before/)).toBeInTheDocument()
    expect(screen.getByText(/50% less than before/)).toHaveAttribute('data-tone', 'good')
  })

  it('are asked only by what they take, and say what they were not asked by', async () => {
    const asked = house()
    openApp('/reports?source=shop&compare=previous')
    expect(await within(await card('Phases of the moon')).findByText(/cannot be asked by: Source/)).toBeInTheDocument()
    await waitFor(() => expect(asked.some((url) => url.pathname.endsWith('/moon'))).toBe(true))
    for (const url of asked) {
      expect(url.searchParams.get('source')).toBe(url.pathname.endsWith('/moon') ? null : 'shop')
      expect(url.searchParams.get('compare')).toBe('previous')
    }
  })

  it('take a filter whose value is one of those that occur', async () => {
    house()
    const { router } = openApp('/reports')
    await userEvent.click(await screen.findByRole('button', { name: 'Filter' }))
    await userEvent.selectOptions(await screen.findByRole('combobox', { name: 'Filter' }), 'source')
    await userEvent.type(screen.getByRole('combobox', { name: 'Value' }), 'shop{Enter}')
    await waitFor(() => expect(router.state.location.search).toMatchObject({ source: 'shop' }))
  })

  it('keep time, group and table in the address', async () => {
    const asked = house()
    openApp('/reports')
    await userEvent.click(await screen.findByText('30 days'))
    const volume = await card('Volume')
    await userEvent.selectOptions(within(volume).getByLabelText('Count Volume by'), 'source')
    await userEvent.click(within(volume).getByRole('button', { name: /as a table/ }))
    await waitFor(() => expect(asked.some((url) => url.searchParams.get('group') === 'source')).toBe(true))
    const last = asked.filter((url) => url.pathname.endsWith('/volume')).at(-1)
    const length = Date.parse(last?.searchParams.get('to') ?? '') - Date.parse(last?.searchParams.get('from') ?? '')
    expect(length / 86_400_000).toBeGreaterThan(28.9)
  })

  it('say so where nothing happened, and where somebody may not look', async () => {
    house()
    server.use(
      http.get(`${origin}/v1/reports/moon`, () =>
        HttpResponse.json(
          envelope({
            ...answers.moon,
            rows: [],
            from: days[0],
            to: days[1],
            zone: 'UTC',
            refreshed_at: days[1],
            store: 'embedded',
            lacks: [],
          }),
        ),
      ),
    )
    server.use(refuse('/v1/reports/volume', 403, 'forbidden'))
    openApp('/reports')
    expect(
      await within(await card('Phases of the moon')).findByText('Nothing happened in this time'),
    ).toBeInTheDocument()
    expect(await within(await card('Volume')).findByText(/may not|not allowed|no permission/i)).toBeInTheDocument()
  })
})
