import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { HttpResponse, http } from 'msw'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { CodeEditorProps } from '../components/code/CodeEditor'
import type { Schema } from '../lib/api'
import { answer, answerPage, envelope, failure, me } from '../testing/answers'
import { FakeSocket } from '../testing/fake-socket'
import { openApp } from '../testing/render'
import { server } from '../testing/server'

// The editor measures what it draws, which only a real browser can.
vi.mock('../components/code/Editor', () => ({
  default: ({ label, value, onChange, readOnly, faults }: CodeEditorProps) => (
    <>
      <textarea
        aria-label={label}
        value={value}
        readOnly={readOnly}
        onChange={(event) => onChange?.(event.currentTarget.value)}
      />
      {faults?.map(({ line, column }) => (
        <i key={line}>{`fault at ${line}:${column}`}</i>
      ))}
    </>
  ),
}))

const origin = location.origin
const item: Schema['PartItem'] = {
  key: 'house',
  mjml: '<mjml/>',
  version: 1,
  live_version: 1,
  state: 'in_review',
  used_by: ['a', 'b', 'c', 'd', 'e'],
}
const open = {
  version: 2,
  state: 'draft' as const,
  revision: 5,
  editors: ['mem_1'],
  created_by: 'mem_1',
  created_at: '2026-01-01T00:00:00Z',
  updated_by: 'mem_1',
  updated_at: '2026-01-01T00:00:00Z',
}
const view: Schema['PartView'] = {
  key: 'house',
  mjml: 'live',
  version: 1,
  draft: { key: 'house', mjml: 'draft', version: 2 },
  review: { state: 'draft', live_version: 1, open, approval: null },
  faults: [],
}

beforeEach(() => {
  vi.stubGlobal('WebSocket', FakeSocket)
  server.use(
    answer('/v1/auth/me', me()),
    answer('/v1/inbox/counts', { unread: 0, unseen: 0 }),
    answer('/v1/approvals/counts', { waiting: 0, kinds: {} }),
    answer('/v1/integrations', []),
    answerPage('/v1/layouts', [item]),
    answerPage('/v1/partials', []),
    answer('/v1/layouts/:key', view),
    http.post(`${origin}/v1/inbox/ticket`, () => HttpResponse.json(envelope({ ticket: 't', expires_at: '' }))),
    http.post(`${origin}/v1/layouts/:key/preview`, async ({ request }) => {
      const body = (await request.json()) as Schema['LayoutPreviewInput']
      return HttpResponse.json(envelope({ locale: 'en', channels: { email: { html: `<p>seen: ${body.mjml}</p>` } } }))
    }),
  )
})
afterEach(() => void vi.unstubAllGlobals())

describe('layouts', () => {
  it('are listed with where they stand and what is set in them', async () => {
    openApp('/layouts')
    expect(await screen.findByText('a, b, c and 2 more')).toBeVisible()
    expect(screen.getByText('house')).toBeVisible()
    expect(screen.getByText('In review')).toBeVisible()
  })

  it('are saved a moment later with the token of the draft, and shown around an email', async () => {
    const saved: Schema['PartInput'][] = []
    let take = () => {}
    const taken = new Promise<void>((resolve) => {
      take = resolve
    })
    server.use(
      http.put(`${origin}/v1/layouts/:key`, async ({ request }) => {
        saved.push((await request.json()) as Schema['PartInput'])
        await taken
        return HttpResponse.json(envelope(view))
      }),
    )
    const user = userEvent.setup()
    openApp('/layouts/house')
    const source = await screen.findByLabelText('MJML')
    expect(source).toHaveValue('draft')
    await user.type(source, '!')
    expect(screen.getByText(/^(Not saved yet|Saving…)$/)).toBeVisible()
    take()
    await waitFor(() => expect(saved).toHaveLength(1))
    expect(saved[0]).toEqual({ mjml: 'draft!', text: '', revision: 5 })
    await waitFor(() =>
      expect(screen.getByTitle('Email as the recipient sees it').getAttribute('srcdoc')).toContain('seen: draft!'),
    )
    expect(screen.getByRole('link', { name: 'e' })).toHaveAttribute('href', '/templates/e')
  })

  it('show a fault at its place', async () => {
    const fields = [{ path: 'layout.mjml', code: 'mjml', detail: 'no such element', line: 2, column: 3 }]
    server.use(
      http.post(`${origin}/v1/layouts/:key/preview`, () => {
        const refusal = failure(422, 'validation_failed')
        return HttpResponse.json({ ...refusal, error: { ...refusal.error, fields } }, { status: 422 })
      }),
    )
    openApp('/layouts/house')
    expect(await screen.findByText('fault at 2:3')).toBeInTheDocument()
  })

  it('go back to a version that was live', async () => {
    const asked: unknown[] = []
    const version = { ...open, version: 1, state: 'retired' as const }
    server.use(
      answer('/v1/layouts/:key', { ...view, draft: null, review: { ...view.review, live_version: 2, open: null } }),
      answer('/v1/layouts/:key/history', { versions: [version], publications: [], names: {} }),
      answerPage('/v1/layouts/:key/diff', []),
      http.post(`${origin}/v1/layouts/:key/rollback`, async ({ request }) => {
        asked.push(await request.json())
        return HttpResponse.json(envelope({}))
      }),
    )
    const user = userEvent.setup()
    openApp('/layouts/house?tab=versions')
    await user.click(await screen.findByRole('button', { name: 'Compare' }))
    await user.click(await screen.findByRole('button', { name: 'Go back to version 1' }))
    await waitFor(() => expect(asked).toEqual([{ version: 1 }]))
  })

  it('are reading for a role that may not write', async () => {
    server.use(answer('/v1/auth/me', me(['read'])))
    openApp('/layouts/house')
    expect(await screen.findByLabelText('MJML')).toHaveAttribute('readonly')
    for (const name of ['Submit for approval', 'More actions']) {
      expect(screen.queryByRole('button', { name })).toBeNull()
    }
  })
})
