import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { HttpResponse, http } from 'msw'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Schema } from '../lib/api'
import { answer, answerPage, envelope, failure, me, refuse } from '../testing/answers'
import { FakeSocket } from '../testing/fake-socket'
import { openApp } from '../testing/render'
import { server } from '../testing/server'

const origin = location.origin
const at = '2026-01-01T00:00:00Z'

function signedIn(permissions?: Schema['Permission'][]) {
  server.use(
    answer('/v1/auth/me', me(permissions)),
    answer('/v1/inbox/counts', { unread: 0, unseen: 0 }),
    answer('/v1/integrations', []),
    answerPage('/v1/views', []),
    http.post(`${origin}/v1/inbox/ticket`, () => HttpResponse.json(envelope({ ticket: 't', expires_at: '' }))),
  )
}

function member(change: Partial<Schema['Member']> = {}): Schema['Member'] {
  return {
    id: 'mem_2',
    email: 'bo@example.com',
    name: 'Bo',
    role: 'editor',
    recipient_id: 'mem_2',
    locale: '',
    created_at: at,
    two_factor: false,
    ...change,
  }
}

beforeEach(() => {
  FakeSocket.all = []
  vi.stubGlobal('WebSocket', FakeSocket)
})
afterEach(() => void vi.unstubAllGlobals())

describe('the members page', () => {
  it('invites by a link that is shown once, and says which field the server refused', async () => {
    signedIn()
    server.use(
      answerPage('/v1/members', [member()]),
      answerPage('/v1/invitations', []),
      http.post(`${origin}/v1/invitations`, async ({ request }) => {
        const { email } = (await request.json()) as { email: string }
        if (email === 'taken@example.com') {
          const refusal = failure(409, 'conflict')
          const fields = [{ path: 'email', code: 'is_member', detail: 'is a member already' }]
          return HttpResponse.json({ ...refusal, error: { type: 'conflict', fields } }, { status: 409 })
        }
        const link = 'https://clarion.example.com/invite/abc'
        return HttpResponse.json(envelope({ id: 'inv_1', email, role: 'editor', link, emailed: true, expires_at: at }))
      }),
    )
    const user = userEvent.setup()
    openApp('/settings/members')
    await user.click(await screen.findByRole('button', { name: 'Invite…' }))
    const dialog = await screen.findByRole('dialog')
    await user.type(within(dialog).getByLabelText('Email'), 'taken@example.com')
    await user.click(within(dialog).getByRole('button', { name: 'Invite' }))
    expect(await within(dialog).findByText('is a member already')).toBeVisible()
    await user.clear(within(dialog).getByLabelText('Email'))
    await user.type(within(dialog).getByLabelText('Email'), 'new@example.com')
    await user.click(within(dialog).getByRole('button', { name: 'Invite' }))
    expect(await within(dialog).findByDisplayValue('https://clarion.example.com/invite/abc')).toBeVisible()
    expect(within(dialog).getByText(/on its way to new@example.com/)).toBeVisible()
  })

  it('asks before a member is deactivated, and offers nothing on oneself', async () => {
    signedIn()
    const own = me().member
    const done = vi.fn()
    server.use(
      answerPage('/v1/members', [own, member()]),
      answerPage('/v1/invitations', []),
      http.post(`${origin}/v1/members/mem_2/deactivate`, () => {
        done()
        return HttpResponse.json(envelope(member({ deactivated_at: at })))
      }),
    )
    const user = userEvent.setup()
    openApp('/settings/members')
    await user.click(await screen.findByRole('button', { name: 'Actions for Bo' }))
    expect(screen.getAllByRole('button', { name: /^Actions for/ })).toHaveLength(1)
    await user.click(await screen.findByRole('menuitem', { name: 'Deactivate' }))
    expect(done).not.toHaveBeenCalled()
    await user.click(await screen.findByRole('button', { name: 'Deactivate' }))
    await waitFor(() => expect(done).toHaveBeenCalledOnce())
  })

  it('takes the second step from who has lost it, after asking, and from nobody else', async () => {
    signedIn()
    let lost = member({ two_factor: true })
    server.use(
      http.get(`${origin}/v1/members`, () =>
        HttpResponse.json({
          ...envelope([lost, member({ id: 'mem_3', name: 'Cy' })]),
          page: { next: null, has_more: false },
        }),
      ),
      answerPage('/v1/invitations', []),
      http.post(`${origin}/v1/members/mem_2/reset-two-factor`, () => {
        lost = member()
        return HttpResponse.json(envelope(lost))
      }),
    )
    const user = userEvent.setup()
    openApp('/settings/members')
    await user.click(await screen.findByRole('button', { name: 'Actions for Cy' }))
    await screen.findByRole('menuitem', { name: 'Deactivate' })
    expect(screen.queryByRole('menuitem', { name: 'Reset second step' })).toBeNull()
    await user.keyboard('{Escape}')
    expect(screen.getByText('On')).toBeVisible()
    await user.click(screen.getByRole('button', { name: 'Actions for Bo' }))
    await user.click(await screen.findByRole('menuitem', { name: 'Reset second step' }))
    expect(await screen.findByText(/make sure that it is really them/)).toBeVisible()
    expect(lost.two_factor).toBe(true)
    await user.click(screen.getByRole('button', { name: 'Reset second step' }))
    await waitFor(() => expect(screen.queryByText('On')).toBeNull())
  })

  it('is not for viewers', async () => {
    signedIn(['read'])
    openApp('/settings/members')
    expect(await screen.findByText('You may not see this')).toBeVisible()
  })
})

describe('the audit log', () => {
  it('shows what is different since', async () => {
    signedIn()
    const record: Schema['AuditRecord'] = {
      id: 'aud_1',
      at,
      actor: { kind: 'member', id: 'mem_1', name: 'Ada' },
      action: 'member.role',
      target: { kind: 'member', id: 'mem_2' },
      trace_id: 't',
      ip: '127.0.0.1',
    }
    server.use(
      answerPage('/v1/audit', [record as never]),
      answer('/v1/audit/aud_1', { ...record, before: { role: 'editor' }, after: { role: 'viewer' } } as never),
    )
    const user = userEvent.setup()
    openApp('/settings/audit')
    await user.click(await screen.findByRole('link', { name: 'Ada: member.role mem_2' }))
    const row = (await screen.findByText('editor')).closest('tr') as HTMLElement
    expect(within(row).getByText('role')).toBeVisible()
    expect(within(row).getByText('viewer')).toBeVisible()
  })
})

describe('an invitation', () => {
  it('makes a stranger a member', async () => {
    const bodies: unknown[] = []
    server.use(
      refuse('/v1/auth/me', 401, 'unauthenticated'),
      http.post(`${origin}/v1/auth/invitation`, () =>
        HttpResponse.json(envelope({ email: 'bo@example.com', role: 'editor', inviter_name: 'Ada', expires_at: at })),
      ),
      http.post(`${origin}/v1/auth/accept`, async ({ request }) => {
        bodies.push(await request.json())
        signedIn()
        return HttpResponse.json(envelope(me()))
      }),
      refuse('/v1/home/quickstart', 503, 'unavailable'),
      refuse('/v1/ledger', 503, 'unavailable'),
      refuse('/v1/messages', 503, 'unavailable'),
    )
    const user = userEvent.setup()
    const { router } = openApp('/invite/the-token')
    await user.type(await screen.findByLabelText('Name'), 'Bo')
    await user.type(screen.getByLabelText('Password'), 'a long enough password')
    await user.click(screen.getByRole('button', { name: 'Join' }))
    await waitFor(() => expect(router.state.location.pathname).toBe('/'))
    expect(bodies).toEqual([{ token: 'the-token', name: 'Bo', password: 'a long enough password', locale: 'en' }])
  })

  it('that is gone says so', async () => {
    server.use(
      refuse('/v1/auth/me', 401, 'unauthenticated'),
      http.post(`${origin}/v1/auth/invitation`, () => HttpResponse.json(failure(404, 'not_found'), { status: 404 })),
    )
    openApp('/invite/x')
    expect(await screen.findByText('This link does not work')).toBeVisible()
  })
})

describe('the second step', () => {
  it('follows the password at sign-in', async () => {
    const asked: Schema['LoginInput'][] = []
    server.use(
      refuse('/v1/auth/me', 401, 'unauthenticated'),
      http.post(`${origin}/v1/auth/login`, async ({ request }) => {
        const body = (await request.json()) as Schema['LoginInput']
        asked.push(body)
        return HttpResponse.json(failure(401, body.code ? 'unauthenticated' : 'code_required'), { status: 401 })
      }),
    )
    const user = userEvent.setup()
    openApp('/messages')
    await user.type(await screen.findByLabelText('Email'), 'ada@example.com')
    await user.type(screen.getByLabelText('Password'), 'right')
    await user.click(screen.getByRole('button', { name: 'Sign in' }))
    await user.type(await screen.findByLabelText('Code'), '123456')
    await user.click(screen.getByRole('button', { name: 'Sign in' }))
    expect(await screen.findByRole('alert')).toHaveTextContent('or the code is not right')
    expect(asked.map(({ code }) => code)).toEqual([undefined, '123456'])
  })

  it('is set up with a picture, a first code and codes for the day without the phone', async () => {
    signedIn()
    server.use(
      answerPage('/v1/auth/sessions', []),
      answer('/v1/auth/two-factor', { enabled: false, codes_left: 0 }),
      http.post(`${origin}/v1/auth/two-factor`, () =>
        HttpResponse.json(envelope({ secret: 'JBSWY3DPEHPK3PXP', otpauth_url: 'otpauth://totp/Clarion:a?secret=J' })),
      ),
      http.post(`${origin}/v1/auth/two-factor/confirm`, () =>
        HttpResponse.json(envelope({ recovery_codes: ['abcde-fghij'] })),
      ),
    )
    const user = userEvent.setup()
    openApp('/settings/profile')
    await user.click(await screen.findByRole('button', { name: 'Set it up' }))
    await user.type(await screen.findByLabelText('Your password, once more'), 'right')
    await user.click(screen.getByRole('button', { name: 'Continue' }))
    expect(await screen.findByRole('img', { name: 'Picture for an authenticator app' })).toBeVisible()
    expect(screen.getByText('JBSW Y3DP EHPK 3PXP')).toBeVisible()
    await user.type(screen.getByLabelText('Code'), '123456')
    await user.click(screen.getByRole('button', { name: 'Turn it on' }))
    expect(await screen.findByText('abcde-fghij')).toBeVisible()
  })
})
