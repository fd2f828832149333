import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { HttpResponse, http } from 'msw'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Schema } from '../lib/api'
import { answer, answerPage, envelope, me } from '../testing/answers'
import { broadcast } from '../testing/broadcasts'
import { FakeSocket } from '../testing/fake-socket'
import { openApp } from '../testing/render'
import { server } from '../testing/server'

const origin = location.origin
const estimate: Schema['BroadcastEstimate'] = {
  people: 10000,
  sampled: 200,
  reached: 9800,
  channels: [{ channel: 'email', messages: 9800, parts: 9800, held: 0, cost_micros: 0 }],
  skips: [],
  seconds: 0,
  cost_micros: 0,
}

const waiting = (given: Partial<Schema['Broadcast']> = {}) =>
  broadcast({
    state: 'submitted',
    revision: 2,
    audience: { everybody: true },
    frozen: { pins: [], people: 10000, digest: 'd', estimate, findings: [], at: '2026-01-01T00:00:00Z' },
    hash: 'frozen-hash',
    note: 'Please by noon',
    people: 10000,
    submitted_by: 'Bo',
    saga_id: 'sag_1',
    ...given,
  })

const id = 'apr_1'
const approval = (of: Schema['Broadcast']): Schema['ApprovalView'] => ({
  id,
  kind: 'broadcast',
  key: of.id,
  version: of.revision,
  base_version: 0,
  title: of.name,
  note: of.note,
  hash: 'frozen-hash',
  present_hash: 'frozen-hash',
  state: 'waiting',
  authors: of.authors,
  submitted_by: of.submitted_by,
  submitted_at: '2026-01-01T00:00:00Z',
  document: null,
  live: null,
  sections: [],
  pins: [],
  reach: [],
  comments: [],
  names: {},
  ...(of.authors.includes('mem_1') ? { bar: 'who wrote it cannot decide' } : {}),
})

function waits(one: Schema['Broadcast'], permissions?: Schema['Permission'][]) {
  server.use(
    answer('/v1/auth/me', me(permissions)),
    answer('/v1/inbox/counts', { unread: 0, unseen: 0 }),
    answer('/v1/approvals/counts', { waiting: 1, kinds: { broadcast: 1 } }),
    answer('/v1/integrations', []),
    http.post(`${origin}/v1/inbox/ticket`, () => HttpResponse.json(envelope({ ticket: 't', expires_at: '' }))),
    answerPage('/v1/approvals', [{ ...approval(one), submitted_by_name: 'Bo' }]),
    answer(`/v1/approvals/${id}`, approval(one)),
    answer('/v1/broadcasts/bct_1', one),
    http.post(`${origin}/v1/broadcasts/bct_1/check`, () =>
      HttpResponse.json(
        envelope({
          findings: [],
          estimate,
          quota: { date: '2026-01-01', day: { limit: 0, taken: 0 }, month: { limit: 0, taken: 0 }, needs: 9800 },
          previews: [
            {
              recipient: { id: 'ada', name: 'Ada' },
              messages: [
                { channel: 'email', status: 'queued', content: { subject: 'News for Ada' }, size_bytes: 9, parts: 1 },
              ],
            },
          ],
        }),
      ),
    ),
  )
}

describe('broadcasts in the queue of approvals', () => {
  beforeEach(() => vi.stubGlobal('WebSocket', FakeSocket))

  it('stand in the list, say who hears what, and are approved by the hash of what was frozen', async () => {
    waits(waiting())
    const sent: unknown[] = []
    server.use(
      http.post(`${origin}/v1/approvals/${id}/approve`, async ({ request }) => {
        sent.push(await request.json())
        return HttpResponse.json(envelope({ ...approval(waiting()), state: 'approved' }))
      }),
    )
    openApp('/approvals')
    const user = userEvent.setup()
    expect(await screen.findByText('1 waits')).toBeInTheDocument()
    await user.click(await screen.findByRole('link', { name: 'Spring news' }))
    const out = await screen.findByRole('region', { name: 'What goes out' })
    expect(await within(out).findByText('10,000 people, about 9,800 messages')).toBeVisible()
    expect(await within(out).findByText('News for Ada')).toBeVisible()
    expect(screen.getByText('Please by noon')).toBeVisible()
    await user.click(screen.getByRole('button', { name: 'Approve' }))
    const dialog = await screen.findByRole('dialog')
    expect(dialog).toHaveTextContent('Approve broadcast Spring news?')
    await user.click(within(dialog).getByRole('button', { name: 'Approve' }))
    await waitFor(() => expect(sent).toEqual([{ hash: 'frozen-hash', publish: true }]))
  })

  it('show nothing of words that were edited since', async () => {
    waits(waiting({ hash: 'another' }))
    openApp(`/approvals/${id}`)
    expect(await screen.findByText(/It was edited since/)).toBeVisible()
    expect(screen.queryByText('News for Ada')).not.toBeInTheDocument()
  })

  it('are sent back with what has to change', async () => {
    waits(waiting())
    const sent: unknown[] = []
    server.use(
      http.post(`${origin}/v1/approvals/${id}/reject`, async ({ request }) => {
        sent.push(await request.json())
        return HttpResponse.json(envelope({ ...approval(waiting()), state: 'rejected' }))
      }),
    )
    openApp(`/approvals/${id}`)
    const user = userEvent.setup()
    await user.click(await screen.findByRole('button', { name: 'Ask for changes' }))
    const dialog = await screen.findByRole('dialog')
    expect(within(dialog).getByRole('button', { name: 'Ask for changes' })).toBeDisabled()
    await user.type(within(dialog).getByRole('textbox', { name: 'Your comment' }), 'Too many')
    await user.click(within(dialog).getByRole('button', { name: 'Ask for changes' }))
    await waitFor(() => expect(sent).toEqual([{ comment: 'Too many' }]))
  })

  it('stand there void once they were edited, and nobody can decide on them', async () => {
    waits(waiting({ state: 'draft', frozen: null, hash: '' }))
    const gone = { ...approval(waiting()), state: 'voided' as const, submitted_by_name: 'Bo' }
    server.use(answerPage('/v1/approvals', [gone]), answer(`/v1/approvals/${id}`, gone))
    openApp('/approvals?state=voided&kind=broadcast')
    const user = userEvent.setup()
    const row = (await screen.findByRole('link', { name: 'Spring news' })).closest('tr') as HTMLElement
    expect(within(row).getByText('Void')).toBeVisible()
    await user.click(within(row).getByRole('link', { name: 'Spring news' }))
    expect(await screen.findByText(/this request no longer counts/)).toBeVisible()
    expect(screen.queryByRole('button', { name: 'Approve' })).not.toBeInTheDocument()
    expect(screen.queryByRole('button', { name: 'Ask for changes' })).not.toBeInTheDocument()
  })

  it('say that something else stands there now when the hash is of something else', async () => {
    waits(waiting())
    const changed = {
      code: 422,
      message: 'validation_failed',
      data: null,
      trace_id: 't',
      error: { type: 'validation_failed', fields: [{ path: 'hash', code: 'changed', detail: 'it was edited' }] },
    }
    server.use(http.post(`${origin}/v1/approvals/${id}/approve`, () => HttpResponse.json(changed, { status: 422 })))
    openApp(`/approvals/${id}`)
    const user = userEvent.setup()
    await user.click(await screen.findByRole('button', { name: 'Approve' }))
    await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Approve' }))
    expect(await screen.findByRole('dialog', { name: 'It has changed since you looked' })).toBeVisible()
  })

  it('are not decided by whoever wrote them', async () => {
    waits(waiting({ authors: ['mem_1'] }))
    openApp(`/approvals/${id}`)
    expect(await screen.findByText('10,000 people, about 9,800 messages')).toBeVisible()
    expect(screen.queryByRole('button', { name: 'Approve' })).not.toBeInTheDocument()
  })
})
