import { notificationsStore } from '@mantine/notifications'
import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { HttpResponse, http } from 'msw'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Schema } from '../lib/api'
import { answer, answerPage, envelope, me, message } from '../testing/answers'
import { FakeSocket } from '../testing/fake-socket'
import { openApp } from '../testing/render'
import { server } from '../testing/server'

const at = (path: string) => `${location.origin}${path}`

const shown = (given: Partial<Schema['MessageView']> = {}): Schema['MessageView'] => ({
  ...message({ channel: 'in_app', status: 'delivered' }),
  content: { title: 'News' },
  test: false,
  attempts: [],
  timeline: [],
  engagement: [],
  decisions: [],
  ...given,
})

function serve(one: Schema['MessageView'], permissions?: Schema['Permission'][]) {
  server.use(
    answer('/v1/auth/me', me(permissions)),
    answer('/v1/inbox/counts', { unread: 0, unseen: 0 }),
    answer('/v1/integrations', []),
    http.post(at('/v1/inbox/ticket'), () => HttpResponse.json(envelope({ ticket: 't', expires_at: '' }))),
    answerPage('/v1/messages', [one]),
    answer(`/v1/messages/${one.id}`, one),
    answer(`/v1/notifications/${one.notification_id}`, {
      id: one.notification_id,
      messages: [],
      decisions: [],
    }),
  )
}

beforeEach(() => {
  FakeSocket.all = []
  vi.stubGlobal('WebSocket', FakeSocket)
})
afterEach(() => void vi.unstubAllGlobals())

describe('taking one message back', () => {
  it.each([
    ['deleted', '', 'It was taken back.'],
    ['cannot', 'a text message stays', 'It cannot be taken back. a text message stays'],
    ['failed', '', 'It could not be taken back now; try again.'],
  ])('asks first, and says when it came to %s', async (outcome, detail, sentence) => {
    const one = shown()
    serve(one)
    const asked: string[] = []
    server.use(
      http.post(at(`/v1/messages/${one.id}/recall`), ({ request }) => {
        asked.push(request.headers.get('Idempotency-Key') ?? '')
        return HttpResponse.json(envelope({ outcome, detail }))
      }),
    )
    const user = userEvent.setup()
    openApp(`/messages/${one.id}`)
    await user.click(await screen.findByRole('button', { name: 'Take back' }))
    const dialog = await screen.findByRole('dialog', { name: 'Take this message back?' })
    expect(asked).toEqual([])
    await user.click(within(dialog).getByRole('button', { name: 'Take back' }))
    const said = () => notificationsStore.getState().notifications.map((each) => each.message)
    await waitFor(() => expect(said()).toContain(sentence))
    expect(asked).toHaveLength(1)
    expect(asked[0]).not.toBe('')
  })

  it.each<[string, Partial<Schema['MessageView']>, Schema['Permission'][]]>([
    ['it has not gone out', { status: 'queued' }, ['admin']],
    ['it never went out', { status: 'skipped', skip_reason: 'no_address' }, ['admin']],
    [
      'it was taken back already',
      { timeline: [{ at: '2026-01-01T00:00:00Z', kind: 'recalled', detail: {} }] },
      ['admin'],
    ],
    ['who looks may not steer deliveries', {}, ['read']],
  ])('is not offered when %s', async (_, given, permissions) => {
    const one = shown(given)
    serve(one, permissions)
    openApp(`/messages/${one.id}`)
    expect(await screen.findByRole('button', { name: 'Copy as cURL' })).toBeVisible()
    expect(screen.queryByRole('button', { name: 'Take back' })).not.toBeInTheDocument()
  })
})
