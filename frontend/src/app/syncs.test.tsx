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

const failed: Schema['SyncRun'] = {
  id: 'syr_1',
  sync: 'corp',
  state: 'failed',
  by: '',
  accept_gone: false,
  read: 3,
  upserted: 0,
  unchanged: 3,
  faulty: 0,
  absent: 0,
  known: 400,
  restarts: 0,
  code: 'too_many_gone',
  error: '397 of the 400 people who were there are missing',
  created_at: at,
}

const corp: Schema['Sync'] = {
  key: 'corp',
  name: 'Staff directory',
  kind: 'ldap',
  enabled: true,
  ldap: {
    host: 'ldap.corp',
    port: 636,
    security: 'tls',
    bind_dn: 'cn=reader',
    base: 'dc=corp',
    scope: 'sub',
    filter: '(uid=*)',
    page_size: 500,
  },
  columns: [{ from: 'uid', to: 'id' }],
  group: '',
  memberships: { from: '', map: [] },
  gone: { policy: 'keep', most_percent: 20 },
  schedule: { rule: { kind: 'every', every: { n: 60, unit: 'minute' } } },
  secret_set: true,
  next_at: at,
  updated_at: at,
  last: failed,
}

/** What the pages of syncs ask for, and what they send. */
function house(permissions?: Schema['Permission'][]) {
  const sent: { path: string; body: unknown }[] = []
  const take = async (request: Request) => {
    sent.push({ path: new URL(request.url).pathname, body: await request.json() })
    return sent.at(-1)?.body as Schema['SyncInput']
  }
  server.use(
    answer('/v1/auth/me', me(permissions)),
    answer('/v1/inbox/counts', { unread: 0, unseen: 0 }),
    http.post(`${origin}/v1/inbox/ticket`, () => HttpResponse.json(envelope({ ticket: 't', expires_at: '' }))),
    answerPage('/v1/groups', [{ key: 'staff', name: 'Staff', members: 1, created_at: at }]),
    answerPage('/v1/syncs', [corp]),
    answer('/v1/syncs/corp', corp as never),
    answerPage('/v1/syncs/corp/runs', [failed]),
    http.post(`${origin}/v1/syncs/preview`, async ({ request }) => {
      const { secret, columns } = await take(request)
      if (secret === 'wrong') {
        const body = failure(422, 'validation_failed')
        body.error.fields.push({
          path: 'secret',
          code: 'credentials_refused',
          detail: 'the directory does not accept the password',
        } as never)
        return HttpResponse.json(body, { status: 422 })
      }
      const preview: Schema['SyncPreview'] = {
        took_ms: 12,
        headings: [
          { name: 'uid', samples: ['ada'], guess: { to: 'id' } },
          { name: 'mail', samples: ['ada@corp'], guess: { to: 'email' } },
          { name: 'title', samples: ['Dr'], guess: { to: 'data.title' } },
        ],
        people: columns.length
          ? [
              {
                line: 1,
                row: 'ada',
                recipient: { id: 'ada', name: 'Ada', addresses: [] },
                groups: [],
                gone: false,
                faults: [{ column: 'mail', code: 'invalid_email', detail: 'must be a mailbox' }],
              },
            ]
          : [],
        more: false,
      }
      return HttpResponse.json(envelope(preview))
    }),
    http.post(`${origin}/v1/schedules/preview`, () =>
      HttpResponse.json({
        ...envelope([{ at, local: '2026-11-21T09:00:00' }]),
        page: { next: null, has_more: false },
      }),
    ),
    http.put(`${origin}/v1/syncs/corp`, async ({ request }) => {
      await take(request)
      return HttpResponse.json(envelope(corp))
    }),
    http.post(`${origin}/v1/syncs/corp/run`, async ({ request }) => {
      await take(request)
      return HttpResponse.json(envelope({ ...corp, last: { ...failed, state: 'waiting', code: '', error: '' } }))
    }),
  )
  return sent
}

describe('syncs', () => {
  beforeEach(() => vi.stubGlobal('WebSocket', FakeSocket))
  afterEach(() => vi.unstubAllGlobals())

  it('are listed with when they run and how the last run went', async () => {
    house()
    await openApp('/recipients/syncs')
    const row = (await screen.findByText('Staff directory')).closest('tr') as HTMLElement
    expect(within(row).getByText('Every 60 minutes')).toBeInTheDocument()
    expect(within(row).getByText('Failed')).toBeInTheDocument()
  })

  it('say at its field why a source cannot be read, and map what was found when it can', async () => {
    const sent = house()
    await openApp('/recipients/syncs/new')
    const user = userEvent.setup()
    await user.type(await screen.findByLabelText(/^Key/), 'corp')
    await user.type(screen.getByLabelText('Password'), 'wrong')
    const look = screen.getByRole('button', { name: 'Connect and show the first rows' })
    await user.click(look)
    expect(await screen.findByText('the directory does not accept the password')).toBeInTheDocument()
    await user.clear(screen.getByLabelText('Password'))
    await user.type(screen.getByLabelText('Password'), 'right')
    await user.click(look)
    expect(await screen.findByLabelText('What mail fills')).toHaveValue('email')
    expect(screen.getByLabelText('What title fills')).toHaveValue('')
    await user.click(look)
    expect(await screen.findByText('mail: must be a mailbox')).toBeInTheDocument()
    expect(screen.getByText(/Nothing is stored yet/)).toBeInTheDocument()
    await user.click(screen.getByRole('button', { name: 'Save' }))
    await waitFor(() => expect(sent.at(-1)?.path).toBe('/v1/syncs/corp'))
    expect(sent.at(-1)?.body).toMatchObject({
      schedule: { rule: { kind: 'daily', times: ['03:30'] } },
      secret: 'right',
      columns: [
        { from: 'uid', to: 'id' },
        { from: 'mail', to: 'email' },
      ],
    })
  })

  it('say why a run failed and let a person believe that so many are gone', async () => {
    const sent = house()
    await openApp('/recipients/syncs/corp')
    const alert = await screen.findByRole('alert')
    expect(alert).toHaveTextContent('Too many people are missing to believe it. 397 of the 400')
    await userEvent.click(screen.getByRole('button', { name: 'They really are gone: run again' }))
    await waitFor(() => expect(sent.at(-1)).toEqual({ path: '/v1/syncs/corp/run', body: { accept_gone: true } }))
  })

  it('are only shown to those who may not change them', async () => {
    house(['read'])
    await openApp('/recipients/syncs/corp')
    expect(await screen.findByLabelText('Server')).toBeDisabled()
    expect(screen.queryByRole('button', { name: 'Run now' })).toBeNull()
    expect(screen.queryByRole('button', { name: 'Delete' })).toBeNull()
  })
})
