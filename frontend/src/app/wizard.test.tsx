import { cleanup, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { HttpResponse, http } from 'msw'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Schema } from '../lib/api'
import { answer, answerPage, envelope, me } from '../testing/answers'
import { broadcast, estimate } from '../testing/broadcasts'
import { FakeSocket } from '../testing/fake-socket'
import { openApp } from '../testing/render'
import { server } from '../testing/server'

type Broadcast = Schema['Broadcast']

const at = (path: string) => `${location.origin}${path}`
const check: Schema['BroadcastCheck'] = {
  findings: [
    { code: 'no_unsubscribe', level: 'warns', path: 'content.email', detail: 'No way to unsubscribe.', people: 3 },
  ],
  estimate: {
    ...estimate,
    channels: [{ channel: 'email', messages: 2, parts: 2, held: 0, cost_micros: 3_000_000 }],
    cost_micros: 3_000_000,
  },
  quota: { date: '2026-01-01', day: { limit: 0, taken: 0 }, month: { limit: 0, taken: 0 }, needs: 2 },
  previews: [],
}

const unknownZone = {
  code: 422,
  message: 'unprocessable',
  data: null,
  trace_id: 't',
  error: {
    type: 'validation_failed',
    fields: [{ path: 'window.timezone', code: 'unknown_timezone', detail: 'must be a time zone' }],
  },
}

let stored: Broadcast
let saved: Schema['BroadcastInput'][]
let moves: unknown[]

/** The broadcast as a server keeps it: every save is a new revision. */
function keep(input: Schema['BroadcastInput']) {
  saved.push(input)
  const { revision: _, ...plan } = input
  stored = { ...stored, ...plan, revision: stored.revision + 1, state: 'draft' } as Broadcast
  return HttpResponse.json(envelope(stored))
}

beforeEach(() => {
  vi.stubGlobal('WebSocket', FakeSocket)
  sessionStorage.clear()
  saved = []
  moves = []
  stored = broadcast({ authors: ['mem_1'] })
  server.use(
    answer('/v1/auth/me', me()),
    answer('/v1/inbox/counts', { unread: 0, unseen: 0 }),
    http.post(at('/v1/inbox/ticket'), () => HttpResponse.json(envelope({ ticket: 't', expires_at: '' }))),
    answerPage('/v1/segments', [{ key: 'regulars', name: 'Regulars' }]),
    answerPage('/v1/groups', []),
    answerPage('/v1/categories', [{ key: 'orders', name: 'Orders' }]),
    answerPage('/v1/templates', [{ key: 'news' }]),
    answerPage('/v1/workflows', []),
    answerPage('/v1/broadcasts/bct_1/history', []),
    answerPage('/v1/broadcasts/bct_1/recipients', []),
    http.get(at('/v1/broadcasts/bct_1'), () => HttpResponse.json(envelope(stored))),
    http.post(at('/v1/broadcasts'), async ({ request }) => {
      keep((await request.json()) as Schema['BroadcastInput'])
      return HttpResponse.json(envelope(stored), { status: 201 })
    }),
    http.put(at('/v1/broadcasts/bct_1'), async ({ request }) =>
      keep((await request.json()) as Schema['BroadcastInput']),
    ),
    http.post(at('/v1/broadcasts/bct_1/check'), () => HttpResponse.json(envelope(check))),
    http.post(at('/v1/broadcasts/bct_1/submit'), async ({ request }) => {
      moves.push(await request.json())
      stored = { ...stored, state: 'submitted' }
      return HttpResponse.json(envelope(stored))
    }),
  )
})
afterEach(() => void vi.unstubAllGlobals())

const stepOf = (name: RegExp) => within(screen.getByRole('navigation', { name: 'Steps' })).getByRole('link', { name })
const heading = (name: string) => screen.findByRole('heading', { level: 2, name })

describe('the steps of a broadcast', () => {
  it('say what is missing and where, and lead to its field', async () => {
    const user = userEvent.setup()
    openApp('/broadcasts/new')
    await heading('Audience')
    expect(stepOf(/^Audience/)).toHaveAccessibleName(/2 missing/)
    expect(stepOf(/^Content/)).toHaveAccessibleName(/1 missing/)
    expect(stepOf(/^Delivery/)).toHaveAccessibleName(/2 missing/)
    await user.click(stepOf(/^Check/))
    await waitFor(async () => expect(await heading('Check')).toHaveFocus())
    await user.click(screen.getByRole('button', { name: /^Category:/ }))
    await heading('Delivery')
    await waitFor(() => expect(screen.getByRole('combobox', { name: 'Category' })).toHaveFocus())
    expect(saved).toEqual([])
  })

  it('create the draft on the first step onwards, and have an address each', async () => {
    const user = userEvent.setup()
    const { router } = openApp('/broadcasts/new')
    await user.type(await screen.findByRole('textbox', { name: 'Name' }), 'Winter news')
    await user.click(screen.getByRole('switch', { name: 'Everybody' }))
    await user.click(screen.getByRole('button', { name: 'Continue' }))
    await waitFor(() => expect(router.state.location.href).toBe('/broadcasts/bct_1?step=content'))
    await waitFor(async () => expect(await heading('Content')).toHaveFocus())
    expect(saved).toHaveLength(1)
    expect(saved[0]).toMatchObject({ name: 'Winter news', audience: { everybody: true } })
    expect(sessionStorage).toHaveLength(0)
  })

  it('are saved a moment after the last key', async () => {
    const user = userEvent.setup()
    openApp('/broadcasts/bct_1?step=audience')
    await user.type(await screen.findByRole('textbox', { name: 'Name' }), '!')
    await waitFor(() => expect(saved).toHaveLength(1))
    expect(saved[0]).toMatchObject({ name: 'Spring news!', revision: 1 })
    expect(await screen.findByText('Saved')).toBeVisible()
    await user.type(screen.getByRole('textbox', { name: 'Name' }), '!')
    await waitFor(() => expect(saved).toHaveLength(2))
    expect(saved[1]).toMatchObject({ name: 'Spring news!!', revision: 2 })
  })

  it('take the zone of the hours by some letters of it, and show at it what the server has against one', async () => {
    const user = userEvent.setup()
    stored = { ...stored, window: { from: '20:00', to: '08:00', timezone: 'UTC' } }
    server.use(
      http.put(at('/v1/broadcasts/bct_1'), async ({ request }) => {
        const input = (await request.json()) as Schema['BroadcastInput']
        return input.window?.timezone === 'Europe/Paris' ? keep(input) : HttpResponse.json(unknownZone, { status: 422 })
      }),
    )
    openApp('/broadcasts/bct_1?step=delivery')
    const zone = await screen.findByRole('combobox', { name: 'Time zone' })
    await user.clear(zone)
    await user.type(zone, 'paris')
    await waitFor(() => expect(zone).toHaveAccessibleDescription('must be a time zone'))
    await user.click(await screen.findByRole('option', { name: 'Europe/Paris' }))
    await waitFor(() => expect(saved.at(-1)?.window?.timezone).toBe('Europe/Paris'))
    expect(zone).toHaveAccessibleDescription('')
  })

  it('keep over a reload what cannot be saved yet, and give it up when asked to', async () => {
    const user = userEvent.setup()
    openApp('/broadcasts/new')
    await user.type(await screen.findByRole('textbox', { name: 'Recipients' }), 'ada')
    cleanup()
    openApp('/broadcasts/new')
    expect(await screen.findByRole('textbox', { name: 'Recipients' })).toHaveValue('ada')
    await user.click(screen.getByRole('button', { name: 'Discard changes' }))
    expect(screen.getByRole('textbox', { name: 'Recipients' })).toHaveValue('')
  })

  it('show what speaks against it with the way to mend it, and submit what was saved', async () => {
    const user = userEvent.setup()
    const { router } = openApp('/broadcasts/bct_1')
    await heading('Check')
    expect(await screen.findByText('2 of 3 people get a message')).toBeVisible()
    expect(screen.getByText(/It costs about 3.00/)).toBeVisible()
    await user.click(screen.getByRole('button', { name: 'Go to Content' }))
    await heading('Content')
    await user.click(stepOf(/^Submit/))
    await user.type(await screen.findByRole('textbox', { name: 'Note for the approver' }), 'By noon')
    await user.click(screen.getByRole('button', { name: 'Submit for approval' }))
    await waitFor(() => expect(moves).toEqual([{ note: 'By noon', revision: 1 }]))
    await waitFor(() => expect(router.state.location.href).toBe('/broadcasts/bct_1'))
    expect(screen.queryByRole('navigation', { name: 'Steps' })).not.toBeInTheDocument()
  })

  it('are opened for what was submitted only by who has read that it voids that', async () => {
    stored = { ...stored, state: 'approved', event_id: 'evt_1' }
    server.use(
      answer('/v1/broadcasts/bct_1/progress', {
        state: 'approved',
        people: 3,
        reached: 0,
        messages: 0,
        counts: {},
        waiting: 0,
      }),
    )
    const user = userEvent.setup()
    openApp('/broadcasts/bct_1?step=audience')
    await user.click(await screen.findByRole('button', { name: 'Edit' }))
    const dialog = await screen.findByRole('dialog')
    expect(dialog).toHaveTextContent('it needs a new approval')
    await user.click(within(dialog).getByRole('button', { name: 'Edit' }))
    await heading('Audience')
    expect(screen.getByText(/what was submitted or approved is void/)).toBeVisible()
  })

  it('show whoever decides anew what is different since an approval became void', async () => {
    const estimate = { ...check.estimate, cost_micros: 1_000_000 }
    stored = {
      ...stored,
      state: 'submitted',
      authors: ['mem_2'],
      people: 3,
      hash: 'h2',
      frozen: { pins: [], people: 3, digest: 'd2', estimate: check.estimate, findings: [], at: '2026-01-02T00:00:00Z' },
      before: {
        state: 'approved',
        name: 'Spring news',
        plan: { audience: { segments: ['regulars'] }, template: 'news', channels: ['email'], category: 'news' },
        pins: [],
        people: 3,
        digest: 'd1',
        estimate,
        by: 'Cleo',
        at: '2026-01-01T00:00:00Z',
      },
    }
    openApp('/broadcasts/bct_1')
    const changes = await screen.findByRole('region', { name: 'What has changed' })
    expect(changes).toHaveTextContent('Since Cleo approved it:')
    const rows = within(changes)
      .getAllByRole('row')
      .slice(1)
      .map((row) => row.textContent)
    expect(rows).toEqual([
      'Categorynewsorders',
      'Priority–Low',
      'Cost, about1.003.00',
      'PeopleThe same numberOther people, or other data for them',
    ])
  })
})
