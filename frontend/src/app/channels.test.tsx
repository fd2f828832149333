import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { HttpResponse, http } from 'msw'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Schema } from '../lib/api'
import { answer, envelope, failure, me } from '../testing/answers'
import { FakeSocket } from '../testing/fake-socket'
import { openApp } from '../testing/render'
import { server } from '../testing/server'

const origin = location.origin

const account = (given: Partial<Schema['Integration']> = {}): Schema['Integration'] => ({
  id: 'int_a',
  provider: 'sendgrid',
  name: 'Main mail',
  channel: 'email',
  order: 0,
  weight: 1,
  enabled: true,
  per_second: 0,
  per_day: 0,
  receipt_within_seconds: 0,
  unit_cost_micros: 0,
  concurrency: 0,
  sandbox: false,
  settings_set: ['api_key', 'from'],
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:00:00Z',
  ...given,
})

const vendor: Schema['Provider'] = {
  name: 'sendgrid',
  label: 'Twilio SendGrid',
  channel: 'email',
  docs: 'https://example.com',
  receipts: true,
  recalls: false,
  settings: [
    { key: 'api_key', label: 'API key', secret: true, required: true },
    { key: 'from', label: 'From address', secret: false, required: true },
  ],
}

const health: Schema['IntegrationHealth'] = {
  since: '2026-01-01T00:00:00Z',
  capped: false,
  workers: 1,
  pulses: [
    {
      integration: 'int_a',
      calls: 200,
      errors: 20,
      outcomes: {},
      breakers: [{ worker: 'wrk_1', state: 'open' }],
      form: 0.4,
      effective_weight: 0.8,
      hanging: 1,
      rests_until: '2026-11-22T00:00:00Z',
    },
    { integration: 'int_b', calls: 0, errors: 0, outcomes: {}, breakers: [], form: 1, effective_weight: 1, hanging: 0 },
  ],
}

function house(accounts: Schema['Integration'][], permissions?: Schema['Permission'][]) {
  server.use(
    answer('/v1/auth/me', me(permissions)),
    answer('/v1/inbox/counts', { unread: 0, unseen: 0 }),
    answer('/v1/integrations/health', health),
    answer('/v1/integrations', accounts),
    answer('/v1/providers', [vendor]),
    http.post(`${origin}/v1/inbox/ticket`, () => HttpResponse.json(envelope({ ticket: 't', expires_at: '' }))),
  )
}

beforeEach(() => void vi.stubGlobal('WebSocket', FakeSocket))
afterEach(() => void vi.unstubAllGlobals())

describe('the channels page', () => {
  it('shows the accounts in their order, how they fared and why one is paused', async () => {
    house([account({ id: 'int_b', name: 'Spare', order: 1, paused_reason: 'The key was refused.' }), account()])
    openApp('/channels')
    const card = await screen.findByRole('region', { name: 'Email' })
    await within(card).findByText('10% errors of 200 calls')
    expect(
      within(card)
        .getAllByRole('listitem')
        .map((line) => line.querySelector('a')?.textContent),
    ).toEqual(['Main mail', 'Spare'])
    expect(within(card).getByText('Breaker open in 1 process')).toBeVisible()
    expect(within(card).getByText('Gets 40% of its weight')).toBeVisible()
    expect(within(card).getByText('No answer in 1 process')).toBeVisible()
    expect(within(card).getByText(/^Rests until /)).toBeVisible()
    expect(within(card).getByText('No calls in 15 minutes')).toBeVisible()
    expect(within(card).getByText('Paused: The key was refused.')).toBeVisible()
    expect(within(card).getByRole('button', { name: 'Resume' })).toBeVisible()
  })

  it('switches an account off at once, and back on when the server refuses', async () => {
    house([account()])
    let refuse = () => {}
    const held = new Promise<void>((resolve) => {
      refuse = resolve
    })
    const bodies: unknown[] = []
    server.use(
      http.put(`${origin}/v1/integrations/order`, async ({ request }) => {
        bodies.push(await request.json())
        await held
        return HttpResponse.json(failure(409, 'conflict'), { status: 409 })
      }),
    )
    const user = userEvent.setup()
    openApp('/channels')
    const power = await screen.findByRole('switch', { name: 'Main mail is on' })
    await user.click(power)
    await waitFor(() => expect(power).not.toBeChecked())
    refuse()
    await waitFor(() => expect(power).toBeChecked())
    expect(bodies).toEqual([{ channel: 'email', integrations: [{ id: 'int_a', order: 0, weight: 1, enabled: false }] }])
  })

  it('offers a viewer nothing to change', async () => {
    house([account()], ['read'])
    openApp('/channels')
    expect(await screen.findByRole('switch', { name: 'Main mail is on' })).toBeDisabled()
    expect(screen.queryByRole('button', { name: 'Add account' })).toBeNull()
  })
})

describe('an account', () => {
  it('keeps a secret that is left empty, and shows a fault at its field', async () => {
    house([account()])
    const bodies: Schema['IntegrationInput'][] = []
    server.use(
      answer('/v1/integrations/int_a', { ...account(), settings_plain: { from: 'old@example.com' } }),
      http.put(`${origin}/v1/integrations/int_a`, async ({ request }) => {
        bodies.push((await request.json()) as Schema['IntegrationInput'])
        const error = {
          type: 'validation_failed',
          fields: [{ path: 'settings.from', code: 'x', detail: 'No mailbox.' }],
        }
        return HttpResponse.json({ ...failure(422, 'validation_failed'), error }, { status: 422 })
      }),
    )
    const user = userEvent.setup()
    openApp('/channels/int_a')
    const from = await screen.findByLabelText(/From address/)
    expect(from).toHaveValue('old@example.com')
    expect(screen.getByLabelText(/API key/)).toHaveValue('')
    await user.clear(from)
    await user.type(from, 'nobody')
    await user.click(screen.getByRole('button', { name: 'Save' }))
    expect(await screen.findByText('No mailbox.')).toBeVisible()
    expect(from).toHaveAttribute('aria-invalid', 'true')
    expect(bodies[0]?.settings).toEqual({ api_key: '', from: 'nobody' })
    await user.type(from, '@example.com')
    expect(screen.queryByText('No mailbox.')).toBeNull()
  })

  it('is tried with a real call, and what the vendor says is shown', async () => {
    house([account()])
    server.use(
      answer('/v1/integrations/int_a', account()),
      http.post(`${origin}/v1/integrations/int_a/test`, () =>
        HttpResponse.json(
          envelope({
            ok: false,
            outcome: 'auth_config',
            code: '401',
            detail: 'No such key.',
            sent: false,
            took_ms: 87,
          }),
        ),
      ),
    )
    const user = userEvent.setup()
    openApp('/channels/int_a')
    await user.click(await screen.findByRole('button', { name: 'Test connection' }))
    await user.click(await screen.findByRole('button', { name: 'Test now' }))
    expect(await screen.findByText('No such key.')).toBeVisible()
    expect(screen.getByText('401 · took 87 ms')).toBeVisible()
  })
})
