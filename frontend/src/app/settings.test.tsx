import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { HttpResponse, http } from 'msw'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Schema } from '../lib/api'
import { clockTime, showTimesIn } from '../lib/time'
import { answer, envelope, failure, me } from '../testing/answers'
import { FakeSocket } from '../testing/fake-socket'
import { openApp } from '../testing/render'
import { server } from '../testing/server'

const origin = location.origin
const ready = {
  ready: false,
  checks: [
    { name: 'database', state: 'ok' },
    { name: 'queue', state: 'failing' },
  ],
}

function signedIn(permissions?: Schema['Permission'][]) {
  server.use(
    answer('/v1/auth/me', me(permissions)),
    answer('/v1/inbox/counts', { unread: 0, unseen: 0 }),
    http.post(`${origin}/v1/inbox/ticket`, () => HttpResponse.json(envelope({ ticket: 't', expires_at: '' }))),
    http.get(`${origin}/readyz`, () => HttpResponse.json(envelope(ready), { status: 503 })),
  )
}

beforeEach(() => void vi.stubGlobal('WebSocket', FakeSocket))
afterEach(() => void vi.unstubAllGlobals())

describe('the general settings', () => {
  it('show what the environment has set and which dependency fails', async () => {
    signedIn()
    openApp('/settings')
    expect(await screen.findByText('https://hub.example.com')).toBeVisible()
    expect(screen.getByText('CLARION_PUBLIC_URL')).toBeVisible()
    expect(screen.getByText('On: the vendors in a box run')).toBeVisible()
    expect(await screen.findByText('Failing')).toBeVisible()
  })

  it('give this Clarion a name, a language and a time zone, and say which of them is wrong', async () => {
    signedIn()
    const asked: Schema['HouseSettings'][] = []
    server.use(
      http.put(`${origin}/v1/settings`, async ({ request }) => {
        const body = (await request.json()) as Schema['HouseSettings']
        asked.push(body)
        if (body.default_timezone === 'Mars') {
          const fields = [{ path: 'default_timezone', code: 'invalid_timezone', detail: 'must be a time zone name' }]
          const refusal = failure(422, 'validation_failed')
          return HttpResponse.json({ ...refusal, error: { ...refusal.error, fields } }, { status: 422 })
        }
        const given = {
          public_url: '',
          allowed_origins: [],
          production: false,
          sandbox: false,
          version: 'dev',
          commit: '',
        }
        return HttpResponse.json(envelope({ ...given, ...body }))
      }),
    )
    const user = userEvent.setup()
    openApp('/settings')
    await user.type(await screen.findByLabelText('Instance name'), 'Staging')
    await user.type(screen.getByLabelText('Default language', { selector: 'input' }), 'zh-CN')
    await user.type(screen.getByLabelText('Default time zone', { selector: 'input' }), 'Mars')
    await user.clear(screen.getByLabelText('Bounces before an address rests'))
    await user.type(screen.getByLabelText('Bounces before an address rests'), '5')
    await user.clear(screen.getByLabelText('Rest, in hours'))
    await user.type(screen.getByLabelText('Rest, in hours'), '12')
    await user.click(screen.getByRole('button', { name: 'Save' }))
    expect(await screen.findByText(/must be a time zone name|time zone/i, { selector: '[class*=error]' })).toBeVisible()
    await user.clear(screen.getByLabelText('Default time zone', { selector: 'input' }))
    await user.type(screen.getByLabelText('Default time zone', { selector: 'input' }), 'Asia/Shanghai')
    await user.click(screen.getByRole('button', { name: 'Save' }))
    const navigation = screen.getByRole('navigation', { name: 'Main' })
    await waitFor(() => expect(navigation).toHaveTextContent('Staging'))
    expect(asked.at(-1)).toEqual({
      instance_name: 'Staging',
      default_locale: 'zh-CN',
      default_timezone: 'Asia/Shanghai',
      soft_bounces: 5,
      soft_bounce_span_seconds: 604_800,
      soft_bounce_rest_seconds: 43_200,
      digest_at: '',
      digest_on: '',
      frequency_cap: null,
    })
    await waitFor(() => expect(clockTime(new Date('2026-06-15T12:00:00Z'), 'en')).toBe('20:00:00.000'))
    showTimesIn('')
  })

  it('offer a viewer nothing to change', async () => {
    signedIn(['read'])
    openApp('/settings')
    expect(await screen.findByLabelText('Instance name')).toBeDisabled()
    expect(screen.getByRole('button', { name: 'Save' })).toBeDisabled()
  })
})
