import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { HttpResponse, http } from 'msw'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Schema } from '../lib/api'
import { answer, answerPage, envelope, failure, me } from '../testing/answers'
import { FakeSocket } from '../testing/fake-socket'
import { openApp } from '../testing/render'
import { server } from '../testing/server'

const origin = location.origin
const at = '2026-01-01T00:00:00Z'

const beta: Schema['Segment'] = {
  key: 'beta',
  name: 'Beta readers',
  description: '',
  rule: {
    all: [{ field: 'data.tier', op: 'eq', value: 'gold' }, { not: { field: 'activity', op: 'opened', days: 30 } }],
  },
  members: 1204,
  counted_at: at,
  created_at: at,
  updated_at: at,
}

/** What the pages of segments ask for; the rules that were previewed. */
function house(permissions?: Schema['Permission'][]) {
  const asked: Schema['Rule'][] = []
  server.use(
    answer('/v1/auth/me', me(permissions)),
    answer('/v1/inbox/counts', { unread: 0, unseen: 0 }),
    answer('/v1/integrations', []),
    http.post(`${origin}/v1/inbox/ticket`, () => HttpResponse.json(envelope({ ticket: 't', expires_at: '' }))),
    answerPage('/v1/recipients/attributes', [{ name: 'tier', type: 'string', types: ['string'], first_seen_at: at }]),
    answerPage('/v1/groups', [{ key: 'ops', name: 'Operations', members: 1, created_at: at }]),
    answerPage('/v1/categories', [{ key: 'news', name: 'News', mandatory: false, created_at: at }]),
    answerPage('/v1/workflows', []),
    answerPage('/v1/recipients', []),
    answerPage('/v1/events', [
      {
        id: 'evt_1',
        type: 'offer.new',
        source: 'shop',
        status: 'dispatched',
        created_at: at,
        trace_id: 't',
        to: [],
        data: {},
      },
    ]),
    answerPage('/v1/segments', [beta]),
    answerPage('/v1/broadcasts', []),
    answerPage('/v1/schedules', []),
    answer('/v1/segments/beta', beta as never),
    answerPage('/v1/segments/beta/members', [{ id: 'ada', name: 'Ada' }]),
    http.post(`${origin}/v1/segments/preview`, async ({ request }) => {
      const { rule } = (await request.json()) as { rule: Schema['Rule'] }
      asked.push(rule)
      const empty = JSON.stringify(rule).includes('"value":""')
      if (!empty) return HttpResponse.json(envelope({ count: 1204, sample: [{ id: 'ada', name: 'Ada' }] }))
      const body = failure(422, 'validation_failed')
      body.error.fields = [{ path: 'rule.all[0].value', code: 'required', detail: 'is required' }] as never
      return HttpResponse.json(body, { status: 422 })
    }),
  )
  return asked
}

beforeEach(() => vi.stubGlobal('WebSocket', FakeSocket))
afterEach(() => void vi.unstubAllGlobals())

describe('segments', () => {
  it('are listed with how many they had when they were counted', async () => {
    house()
    openApp('/segments')
    const row = await screen.findByRole('row', { name: /Beta readers/ })
    expect(within(row).getByText('1,204')).toBeVisible()
    expect(screen.getByRole('link', { name: 'New segment' })).toHaveAttribute('href', '/segments/new')
  })

  it('show who fits while the rule is written, and save it', async () => {
    const asked = house()
    const saved: unknown[] = []
    server.use(
      http.put(`${origin}/v1/segments/beta`, async ({ request }) => {
        saved.push(await request.json())
        return HttpResponse.json(envelope(beta))
      }),
    )
    openApp('/segments/beta')
    const preview = await screen.findByRole('region', { name: 'Who fits the rule as it stands' })
    expect(await within(preview).findByText('1,204')).toBeVisible()
    expect(within(preview).getByRole('link', { name: 'Ada' })).toHaveAttribute('href', '/recipients/ada')
    const value = screen.getByRole('textbox', { name: 'Value' })
    await userEvent.clear(value)
    await userEvent.type(value, 'silver')
    await waitFor(() => expect(asked.at(-1)?.all?.[0]?.value).toBe('silver'))
    await userEvent.click(screen.getByRole('button', { name: 'Save' }))
    await waitFor(() => expect(saved).toHaveLength(1))
    expect(saved[0]).toMatchObject({
      rule: { all: [{ field: 'data.tier', op: 'eq', value: 'silver' }, beta.rule.all?.[1]] },
    })
    expect(await screen.findByRole('link', { name: 'offer.new' })).toBeVisible()
  })

  it('say what uses them, and are not deleted while that has not ended', async () => {
    house()
    server.use(
      answerPage('/v1/broadcasts', [
        { id: 'bct_1', name: 'Winter', state: 'completed' },
        { id: 'bct_2', name: 'Spring', state: 'scheduled' },
      ]),
      answerPage('/v1/schedules', [{ id: 'sch_1', name: 'Weekly', state: 'active' }]),
    )
    openApp('/segments/beta')
    const used = await screen.findByRole('region', { name: 'Used by' })
    for (const [name, href] of Object.entries({
      Winter: '/broadcasts/bct_1',
      Spring: '/broadcasts/bct_2',
      Weekly: '/schedules/sch_1',
      'offer.new': '/events/evt_1',
    })) {
      expect(within(used).getByRole('link', { name })).toHaveAttribute('href', href)
    }
    await userEvent.click(screen.getByRole('button', { name: 'Delete' }))
    const dialog = await screen.findByRole('dialog')
    expect(within(dialog).getByRole('link', { name: 'Broadcast Spring' })).toBeVisible()
    expect(within(dialog).getByRole('link', { name: 'Schedule Weekly' })).toBeVisible()
    expect(within(dialog).queryByRole('link', { name: /Winter/ })).not.toBeInTheDocument()
    expect(within(dialog).queryByRole('button', { name: 'Delete' })).not.toBeInTheDocument()
  })

  it('mark the condition that is not complete', async () => {
    house()
    openApp('/segments/beta')
    const value = await screen.findByRole('textbox', { name: 'Value' })
    await userEvent.clear(value)
    expect(await screen.findByText('The rule is not complete yet: see the marked conditions.')).toBeVisible()
    await waitFor(() => expect(value).toBeInvalid())
  })

  it('say why somebody is in them, condition by condition', async () => {
    house()
    const because = {
      holds: false,
      all: [
        { holds: true, condition: beta.rule.all?.[0] },
        { holds: false, not: { holds: true, condition: { field: 'activity', op: 'opened', days: 30 } } },
      ],
    }
    server.use(
      answer('/v1/segments/beta/members/ada', { segment: 'beta', recipient: 'ada', member: false, because } as never),
    )
    openApp('/segments/beta?recipient=ada')
    expect(await screen.findByText('Not in the segment now.')).toBeVisible()
    expect(screen.getByText('data.tier · is · gold')).toBeVisible()
    expect(screen.getByText('Messages of the past · opened · within 30 days')).toBeVisible()
  })

  it('are only read by those who may not write', async () => {
    house(['read'])
    openApp('/segments/beta')
    await screen.findByRole('region', { name: 'Who fits the rule as it stands' })
    expect(screen.getByRole('textbox', { name: 'Value' })).toBeDisabled()
    expect(screen.queryByRole('button', { name: 'Delete' })).toBeNull()
  })
})
