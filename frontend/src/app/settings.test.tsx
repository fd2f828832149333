import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { HttpResponse, http } from 'msw'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Schema } from '../lib/api'
import { answer, envelope, me } from '../testing/answers'
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

  it('give this Clarion a name, which stands above the navigation', async () => {
    signedIn()
    server.use(
      http.put(`${origin}/v1/settings`, async ({ request }) => {
        const { instance_name } = (await request.json()) as { instance_name: string }
        return HttpResponse.json(
          envelope({
            instance_name,
            public_url: '',
            allowed_origins: [],
            production: false,
            sandbox: false,
            version: 'dev',
            commit: '',
          }),
        )
      }),
    )
    const user = userEvent.setup()
    openApp('/settings')
    await user.type(await screen.findByLabelText('Instance name'), 'Staging')
    await user.click(screen.getByRole('button', { name: 'Save' }))
    const navigation = screen.getByRole('navigation', { name: 'Main' })
    await waitFor(() => expect(navigation).toHaveTextContent('Staging'))
  })

  it('offer a viewer nothing to change', async () => {
    signedIn(['read'])
    openApp('/settings')
    expect(await screen.findByLabelText('Instance name')).toBeDisabled()
    expect(screen.getByRole('button', { name: 'Save' })).toBeDisabled()
  })
})
