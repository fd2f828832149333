import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { HttpResponse, http } from 'msw'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Schema } from '../lib/api'
import { answer, answerPage, envelope, failure, me } from '../testing/answers'
import { FakeSocket } from '../testing/fake-socket'
import { openApp } from '../testing/render'
import { server } from '../testing/server'

// The editor measures what it draws, which only a real browser can.
vi.mock('../components/code/Diff', () => ({
  default: ({ before, after }: { before: string; after: string }) => (
    <p>
      {before} → {after}
    </p>
  ),
}))

const origin = location.origin
const id = 'apr_00000000000000000000000000000001'

function approval(given: Partial<Schema['ApprovalView']> = {}): Schema['ApprovalView'] {
  return {
    id,
    kind: 'workflow',
    key: 'order.shipped',
    version: 4,
    base_version: 3,
    title: 'Order shipped',
    hash: 'old-hash',
    present_hash: 'present-hash',
    state: 'waiting',
    authors: ['mem_2'],
    submitted_by: 'mem_2',
    submitted_at: '2026-01-01T00:00:00Z',
    document: null,
    live: null,
    sections: [
      { path: 'priority', before: 'low', after: 'high', changed: true },
      { path: 'name', before: 'Same', after: 'Same', changed: false },
    ],
    pins: [],
    reach: [],
    comments: [],
    names: { mem_2: 'Bo' },
    ...given,
  }
}

function signedIn(permissions?: Schema['Permission'][]) {
  server.use(
    answer('/v1/auth/me', me(permissions)),
    answer('/v1/inbox/counts', { unread: 0, unseen: 0 }),
    answer('/v1/approvals/counts', { waiting: 2, kinds: { workflow: 2 } }),
    answer('/v1/integrations', []),
    answerPage('/v1/broadcasts', []),
    http.post(`${origin}/v1/inbox/ticket`, () => HttpResponse.json(envelope({ ticket: 't', expires_at: '' }))),
  )
}

beforeEach(() => vi.stubGlobal('WebSocket', FakeSocket))
afterEach(() => void vi.unstubAllGlobals())

describe('the approvals', () => {
  it('are those that wait, and their number stands in the navigation', async () => {
    signedIn()
    const asked: string[] = []
    server.use(
      http.get(`${origin}/v1/approvals`, ({ request }) => {
        asked.push(new URL(request.url).searchParams.get('state') ?? 'any')
        return HttpResponse.json({
          ...envelope([{ ...approval(), submitted_by_name: 'Bo' }]),
          page: { next: null, has_more: false },
        })
      }),
    )
    const user = userEvent.setup()
    openApp('/approvals')
    expect(await screen.findByText('Order shipped')).toBeVisible()
    expect(screen.getByText('2 wait')).toBeInTheDocument()
    await user.selectOptions(screen.getByLabelText('Status'), 'any')
    await waitFor(() => expect(asked).toEqual(['waiting', 'any']))
  })

  it('say so when nothing waits', async () => {
    signedIn()
    server.use(answerPage('/v1/approvals', []))
    openApp('/approvals')
    expect(await screen.findByText('Nothing waits for approval')).toBeVisible()
  })
})

describe('a decision', () => {
  it('is made on what differs, by keys, and carries the hash of what is shown', async () => {
    signedIn()
    let sent: unknown
    server.use(
      answer(`/v1/approvals/${id}`, approval()),
      http.post(`${origin}/v1/approvals/${id}/approve`, async ({ request }) => {
        sent = await request.json()
        return HttpResponse.json(envelope(approval({ state: 'approved' })))
      }),
    )
    const user = userEvent.setup()
    openApp(`/approvals/${id}`)
    expect(await screen.findByText('low → high')).toBeVisible()
    expect(screen.queryByText('Same')).toBeNull()
    await user.click(screen.getByRole('button', { name: 'Show 1 unchanged section' }))
    expect(screen.getByText('Same')).toBeVisible()
    ;(document.activeElement as HTMLElement).blur()
    await user.keyboard('a')
    const dialog = await screen.findByRole('dialog', { name: 'Approve and publish version 4?' })
    await user.click(within(dialog).getByRole('button', { name: 'Approve and publish' }))
    await waitFor(() => expect(sent).toEqual({ hash: 'present-hash', publish: true }))
  })

  it('that comes too late says that it has changed, and shows what would go live now', async () => {
    signedIn()
    let priority = 'high'
    server.use(
      http.get(`${origin}/v1/approvals/${id}`, () =>
        HttpResponse.json(
          envelope(approval({ sections: [{ path: 'priority', before: 'low', after: priority, changed: true }] })),
        ),
      ),
      http.post(`${origin}/v1/approvals/${id}/approve`, () => {
        priority = 'medium'
        const refusal = failure(409, 'conflict')
        const fields = [{ path: 'hash', code: 'changed', detail: '' }]
        return HttpResponse.json({ ...refusal, error: { ...refusal.error, fields } }, { status: 409 })
      }),
    )
    const user = userEvent.setup()
    openApp(`/approvals/${id}`)
    await user.click(await screen.findByRole('button', { name: 'Approve and publish' }))
    const buttons = await screen.findAllByRole('button', { name: 'Approve and publish' })
    await user.click(buttons.at(-1) as HTMLElement)
    expect(await screen.findByText('It has changed since you looked')).toBeVisible()
    expect(await screen.findByText('low → medium')).toBeInTheDocument()
  })

  it('is not offered to an author, who sees why', async () => {
    signedIn()
    server.use(answer(`/v1/approvals/${id}`, approval({ authors: ['mem_1'], bar: 'you wrote it' })))
    openApp(`/approvals/${id}`)
    expect(await screen.findByText('You cannot decide on this one')).toBeVisible()
    expect(screen.queryByRole('button', { name: 'Approve and publish' })).toBeNull()
    expect(screen.getByRole('button', { name: 'Withdraw' })).toBeVisible()
  })

  it('is not offered to those without the right', async () => {
    signedIn(['read'])
    server.use(answer(`/v1/approvals/${id}`, approval({ bar: 'no right' })))
    openApp(`/approvals/${id}`)
    expect(await screen.findByText('Deciding needs the right to approve content.')).toBeVisible()
    expect(screen.queryByRole('button', { name: 'Ask for changes' })).toBeNull()
    expect(screen.queryByLabelText('Your comment')).toBeNull()
  })
})
