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

function signedIn(permissions?: Schema['Permission'][]) {
  server.use(
    answer('/v1/auth/me', me(permissions)),
    answer('/v1/inbox/counts', { unread: 0, unseen: 0 }),
    answer('/v1/integrations', []),
    http.post(`${origin}/v1/inbox/ticket`, () => HttpResponse.json(envelope({ ticket: 't', expires_at: '' }))),
  )
}

beforeEach(() => vi.stubGlobal('WebSocket', FakeSocket))
afterEach(() => void vi.unstubAllGlobals())

const ada: Schema['Recipient'] = {
  id: 'ada',
  name: 'Ada',
  locale: 'en',
  timezone: 'Europe/London',
  addresses: [{ channel: 'email', address: 'ada@example.com', invalid: true }],
  created_at: at,
  updated_at: at,
}

const entry = { category: 'news', outcome: 'send', refused: false, detail: '', cadence: 'instant' } as const
const effective: Schema['EffectivePreferences'] = {
  recipient: 'ada',
  at,
  timezone: 'Europe/London',
  caps: [],
  entries: [
    { ...entry, value: 'on', levels: [{ level: 'built_in', setting: 'on', detail: '' }] },
    {
      ...entry,
      channel: 'email',
      value: 'required',
      levels: [{ level: 'channel', setting: 'off', detail: '' }],
    },
  ],
}

/** What the page of a recipient asks for. */
function profileOf(recipient: Schema['Recipient']) {
  server.use(
    answer(`/v1/recipients/${recipient.id}`, recipient as never),
    answerPage(`/v1/recipients/${recipient.id}/groups`, []),
    answerPage(`/v1/recipients/${recipient.id}/segments`, []),
    answer(`/v1/recipients/${recipient.id}/preferences`, { channels: { sms: false } }),
    answer(`/v1/recipients/${recipient.id}/preferences/effective`, effective as never),
    answerPage('/v1/categories', [{ key: 'news', name: 'News', mandatory: false, created_at: at }]),
    answerPage('/v1/workflows', [{ key: 'weekly', name: 'Weekly letter', category: 'news' } as never]),
    answerPage('/v1/messages', []),
    answerPage('/v1/suppressions', [
      { id: 'sup_1', channel: 'email', address: 'ADA@example.com', reason: 'bounce', created_at: at },
    ]),
  )
}

/** Answers an unsafe request and remembers its bodies. */
function take(method: 'post' | 'put' | 'delete', path: string, data: unknown = null, status = 200) {
  const bodies: unknown[] = []
  server.use(
    http[method](origin + path, async ({ request }) => {
      const text = await request.text()
      bodies.push(text ? JSON.parse(text) : new URL(request.url).search)
      return HttpResponse.json({ ...envelope(data), code: status }, { status })
    }),
  )
  return bodies
}

/** Refuses an unsafe request with faults at fields. */
function fault(method: 'post' | 'put', path: string, fields: Schema['FieldError'][]) {
  const refused = failure(422, 'validation_failed')
  server.use(
    http[method](origin + path, () =>
      HttpResponse.json({ ...refused, error: { ...refused.error, fields } }, { status: 422 }),
    ),
  )
}

describe('recipients', () => {
  it('are searched by what the address bar says', async () => {
    signedIn()
    const asked: string[] = []
    server.use(
      answerPage('/v1/groups', [{ key: 'ops', name: 'Ops', members: 1, created_at: at }]),
      http.get(`${origin}/v1/recipients`, ({ request }) => {
        asked.push(new URL(request.url).search)
        return HttpResponse.json({ ...envelope([ada]), page: { next: null, has_more: false } })
      }),
    )
    openApp('/recipients?q=ad&group=ops')
    await screen.findByText('Ada')
    expect(asked[0]).toBe('?q=ad&group=ops&limit=50')
    expect(screen.getByLabelText('Group')).toHaveValue('ops')
  })

  it('are added by hand, with each fault at its field', async () => {
    signedIn()
    server.use(answerPage('/v1/groups', []), answerPage('/v1/recipients', []))
    fault('post', '/v1/recipients', [{ path: 'email', code: 'invalid_email', detail: 'must be a mailbox' }])
    const user = userEvent.setup()
    openApp('/recipients')
    await user.click((await screen.findAllByRole('button', { name: 'New recipient' }))[0] as HTMLElement)
    const dialog = await screen.findByRole('dialog')
    await user.type(within(dialog).getByLabelText('Email'), 'nonsense')
    await user.click(within(dialog).getByRole('button', { name: 'Add the recipient' }))
    expect(await within(dialog).findByText('must be a mailbox')).toBeVisible()
    expect(within(dialog).getByLabelText('Email')).toHaveAttribute('aria-invalid', 'true')
  })

  it('show what stands in the way of an address, and are marked as working again', async () => {
    signedIn()
    profileOf(ada)
    const sent = take('put', '/v1/recipients/ada/addresses', [])
    const user = userEvent.setup()
    openApp('/recipients/ada')
    expect(await screen.findByText('Does not work')).toBeVisible()
    expect(await screen.findByText('Suppressed')).toBeVisible()
    await user.click(screen.getByRole('button', { name: 'Actions for ada@example.com' }))
    await user.click(await screen.findByText('Mark as working'))
    await waitFor(() =>
      expect(sent).toEqual([{ addresses: [{ channel: 'email', address: 'ada@example.com', invalid: false }] }]),
    )
  })

  it('are put back when the server refuses a choice', async () => {
    signedIn()
    profileOf(ada)
    let refuse = () => {}
    const asked = new Promise<void>((resolve) => {
      refuse = resolve
    })
    server.use(
      http.put(`${origin}/v1/recipients/ada/preferences`, async () => {
        await asked
        return HttpResponse.json(failure(503, 'unavailable'), { status: 503 })
      }),
    )
    const user = userEvent.setup()
    openApp('/recipients/ada')
    await user.click(await screen.findByRole('button', { name: 'SMS for every category: Off' }))
    await user.click(await screen.findByRole('menuitem', { name: 'On' }))
    await screen.findByRole('button', { name: 'SMS for every category: On' })
    refuse()
    await screen.findByRole('button', { name: 'SMS for every category: Off' })
  })

  it('see what holds and why, and what is locked', async () => {
    signedIn()
    profileOf(ada)
    server.use(answer('/v1/recipients/ada/preferences', { locks: [{ category: 'news', reason: 'Asked by letter' }] }))
    const sent = take('put', '/v1/recipients/ada/preferences', {})
    const user = userEvent.setup()
    openApp('/recipients/ada')
    await user.click(await screen.findByRole('button', { name: 'News, Email: Required' }))
    expect(await screen.findByText(/The channel is off for everything\. It is sent all the same/)).toBeVisible()
    await user.keyboard('{Escape}')
    await user.click(screen.getByRole('button', { name: 'News, Any channel: On' }))
    expect(await screen.findByText(/Locked: Asked by letter/)).toBeVisible()
    await user.click(screen.getByRole('menuitem', { name: 'Unlock' }))
    await waitFor(() => expect(sent).toEqual([{ locks: [] }]))
  })

  it('say what they want of one workflow', async () => {
    signedIn()
    profileOf(ada)
    const sent = take('put', '/v1/recipients/ada/preferences', {})
    const user = userEvent.setup()
    openApp('/recipients/ada')
    await user.click(await screen.findByRole('combobox', { name: 'Say something of one workflow…' }))
    await user.click(await screen.findByRole('option', { name: 'Weekly letter' }))
    await user.click(await screen.findByRole('button', { name: 'Weekly letter, Any channel: On' }))
    await user.click(await screen.findByRole('menuitem', { name: 'Off' }))
    await waitFor(() => expect(sent).toEqual([{ channels: { sms: false }, workflows: { weekly: { enabled: false } } }]))
  })

  it('are erased only when their id is typed', async () => {
    signedIn()
    profileOf(ada)
    const erased = take('delete', '/v1/recipients/ada')
    const user = userEvent.setup()
    openApp('/recipients/ada')
    await user.click(await screen.findByRole('button', { name: 'Erase…' }))
    const dialog = await screen.findByRole('dialog')
    expect(within(dialog).getByText(/Events that reached others too, as systems reported them/)).toBeVisible()
    const erase = within(dialog).getByRole('button', { name: 'Erase for good' })
    expect(erase).toBeDisabled()
    await user.type(within(dialog).getByLabelText('Type “ada” to erase'), 'ada')
    await user.click(erase)
    await waitFor(() => expect(erased).toHaveLength(1))
  })

  it('offer a viewer nothing to change', async () => {
    signedIn(['read'])
    profileOf(ada)
    openApp('/recipients/ada')
    await screen.findByRole('heading', { name: 'Ada' })
    for (const name of ['Erase…', 'Export', 'Add an address', 'Make a token', 'Edit']) {
      expect(screen.queryByRole('button', { name })).toBeNull()
    }
    await userEvent.click(await screen.findByRole('button', { name: 'SMS for every category: Off' }))
    for (const choice of await screen.findAllByRole('menuitem')) expect(choice).toBeDisabled()
  })
})

describe('the activity of a person', () => {
  const lines: Schema['RecipientActivity'][] = [
    {
      id: 'message:m',
      at,
      kind: 'message',
      what: 'delivered',
      ref: 'msg_1',
      name: 'order.shipped',
      channel: 'email',
      engaged: ['opened', 'clicked'],
    },
    { id: 'event:n', at, kind: 'event', what: 'named', ref: 'evt_1', name: 'order.shipped', reason: 'parcel' },
    { id: 'said:c', at, kind: 'consent', what: 'stopped', ref: '7', reason: 'vendor' },
    { id: 'freed:s', at, kind: 'suppression', what: 'released', ref: 'sup_1', name: 'ada@example.com', actor: 'bo' },
    { id: 'group:2', at, kind: 'group', what: 'joined', ref: 'ops', name: 'Operations' },
    { id: 'import:1', at, kind: 'import', what: 'imported', ref: 'imp_1', name: 'people.csv' },
    { id: 'member:u', at, kind: 'profile', what: 'save', ref: 'aud_1', actor: 'Bo' },
    { id: 'life:created', at, kind: 'profile', what: 'created', ref: 'ada' },
  ]

  it('is one list in which every line is a door, filtered by kind in the address bar', async () => {
    signedIn(['read', 'admin'])
    profileOf(ada)
    const asked: (string | null)[] = []
    server.use(
      http.get(`${origin}/v1/recipients/ada/activity`, ({ request }) => {
        asked.push(new URL(request.url).searchParams.get('kind'))
        return HttpResponse.json({ ...envelope(lines), page: { next: null, has_more: false } })
      }),
    )
    const user = userEvent.setup()
    openApp('/recipients/ada/activity')
    const table = await screen.findByRole('table')
    const hrefs = within(table)
      .getAllByRole('link')
      .map((link) => link.getAttribute('href'))
    expect(hrefs).toEqual([
      '/messages/msg_1',
      '/events/evt_1',
      '/consents/7',
      '/suppressions/sup_1',
      '/groups/ops',
      '/recipients/imports/imp_1',
      '/settings/audit/aud_1',
      '/recipients/ada',
    ])
    expect(within(table).getByText('opened, clicked')).toBeVisible()
    expect(within(table).getByText('order.shipped → parcel')).toBeVisible()
    expect(within(table).getByText('Said STOP')).toBeVisible()
    await user.click(screen.getByRole('button', { name: 'Kind' }))
    await user.click(await screen.findByRole('checkbox', { name: 'Group' }))
    await waitFor(() => expect(asked.at(-1)).toBe('group'))
    expect(screen.getByRole('tab', { name: 'Activity' })).toHaveAttribute('aria-selected', 'true')
  })
})

describe('a group', () => {
  it('says what names it, names the ids nobody knows and adds the others', async () => {
    signedIn()
    server.use(
      answer('/v1/groups/ops', { key: 'ops', name: 'Ops', members: 0, created_at: at }),
      answerPage('/v1/recipients', []),
      answerPage('/v1/segments', [{ key: 'staff', name: 'Staff abroad' }]),
      http.get(`${origin}/v1/broadcasts`, ({ request }) => {
        const { searchParams: asked } = new URL(request.url)
        const first = !asked.has('after')
        const rows =
          asked.get('group') === 'ops'
            ? [first ? { id: 'bct_1', name: 'Winter' } : { id: 'bct_2', name: 'Summer' }]
            : []
        return HttpResponse.json({ ...envelope(rows), page: { next: first ? 'more' : null, has_more: first } })
      }),
      answerPage('/v1/schedules', [{ id: 'sch_1', name: 'Weekly' }]),
      answerPage('/v1/events', []),
    )
    fault('post', '/v1/groups/ops/members', [{ path: 'recipients[1]', code: 'unknown_recipient', detail: 'no' }])
    const user = userEvent.setup()
    openApp('/groups/ops')
    const used = await screen.findByRole('region', { name: 'Used by' })
    expect(within(used).getByRole('link', { name: 'Staff abroad' })).toHaveAttribute('href', '/segments/staff')
    expect(within(used).getByRole('link', { name: 'Winter' })).toBeVisible()
    expect(within(used).getByRole('link', { name: 'Summer' })).toBeVisible()
    expect(within(used).getByRole('link', { name: 'Weekly' })).toHaveAttribute('href', '/schedules/sch_1')
    await user.click(await screen.findByRole('button', { name: 'Add members' }))
    const dialog = await screen.findByRole('dialog')
    await user.type(within(dialog).getByLabelText('Ids'), 'ada, ghost')
    await user.click(within(dialog).getByRole('button', { name: 'Add 2 members' }))
    expect(await within(dialog).findByText(/1 id is not known/)).toHaveTextContent('ghost')
    const sent = take('post', '/v1/groups/ops/members')
    await user.click(within(dialog).getByRole('button', { name: 'Take them out of the list' }))
    await user.click(within(dialog).getByRole('button', { name: 'Add 1 member' }))
    await waitFor(() => expect(sent).toEqual([{ recipients: ['ada'] }]))
  })
})

describe('a list of members', () => {
  it('is checked first, with every row that names somebody unknown, and then added', async () => {
    signedIn()
    const asked: string[] = []
    server.use(
      answer('/v1/groups/ops', { key: 'ops', name: 'Ops', members: 1, created_at: at }),
      ...['recipients', 'segments', 'broadcasts', 'schedules', 'events'].map((list) => answerPage(`/v1/${list}`, [])),
      http.post(`${origin}/v1/groups/ops/members/import`, async ({ request }) => {
        const preview = new URL(request.url).searchParams.get('preview')
        asked.push(`${preview} ${await request.text()}`)
        const faults = [
          { line: 3, row: 'ghost', faults: [{ column: '', code: 'unknown_recipient', detail: 'no ghost' }] },
        ]
        const added = preview === 'true' ? 0 : 2
        return HttpResponse.json(envelope({ named: 4, known: 3, members: 1, added, faults }))
      }),
    )
    const user = userEvent.setup()
    openApp('/groups/ops')
    await user.click(await screen.findByRole('button', { name: 'Upload a list' }))
    const dialog = await screen.findByRole('dialog')
    await user.type(within(dialog).getByLabelText('Or paste ids or email addresses'), 'ada')
    await user.click(within(dialog).getByRole('button', { name: 'Check the list' }))
    expect(await within(dialog).findByText(/2 would be added, 1 are in the group already/)).toBeVisible()
    expect(within(dialog).getByRole('row', { name: /3 no ghost ghost/ })).toBeVisible()
    await user.click(within(dialog).getByRole('button', { name: 'Add 2 members' }))
    await waitFor(() => expect(asked).toEqual(['true ada', 'false ada']))
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  })
})

describe('deleting a group', () => {
  const uses = (broadcast: object, schedules: object[]) => {
    signedIn()
    server.use(
      answer('/v1/groups/ops', { key: 'ops', name: 'Ops', members: 0, created_at: at }),
      answerPage('/v1/recipients', []),
      answerPage('/v1/segments', []),
      answerPage('/v1/broadcasts', [broadcast]),
      answerPage('/v1/schedules', schedules),
      answerPage('/v1/events', []),
    )
    openApp('/groups/ops')
  }

  it('names what still needs it and does not delete it then', async () => {
    uses({ id: 'bct_1', name: 'Winter', state: 'draft' }, [{ id: 'sch_1', name: 'Weekly', state: 'active' }])
    await userEvent.click(await screen.findByRole('button', { name: 'Delete' }))
    const dialog = await screen.findByRole('dialog')
    expect(await within(dialog).findByRole('link', { name: 'Broadcast Winter' })).toHaveAttribute(
      'href',
      '/broadcasts/bct_1',
    )
    expect(within(dialog).getByRole('link', { name: 'Schedule Weekly' })).toBeVisible()
    expect(within(dialog).queryByRole('button', { name: 'Delete' })).toBeNull()
  })

  it('deletes it when what named it has ended', async () => {
    uses({ id: 'bct_1', name: 'Winter', state: 'completed' }, [])
    const sent = take('delete', '/v1/groups/ops')
    await userEvent.click(await screen.findByRole('button', { name: 'Delete' }))
    const remove = within(await screen.findByRole('dialog')).getByRole('button', { name: 'Delete' })
    await waitFor(() => expect(remove).toBeEnabled())
    await userEvent.click(remove)
    await waitFor(() => expect(sent).toHaveLength(1))
  })
})

describe('the consent log', () => {
  const record = { place: 7, id: 'con_7', at, recipient: 'ada', kind: 'stopped', source: 'vendor', erased: false }
  const head = { place: 7, seal: '9f2c' }

  it('says up to where it was proved, and proves it when asked', async () => {
    signedIn()
    server.use(
      answerPage('/v1/consents', [{ ...record, channel: 'sms', wording: 'STOP' }]),
      answer('/v1/consents/chain', { head, proven: null }),
    )
    const proven = { at, checked: 7, erased: 0, intact: true, head }
    const sent = take('post', '/v1/consents/prove', { head, proven })
    const user = userEvent.setup()
    openApp('/consents?kind=stopped')
    expect(await screen.findByRole('row', { name: /Said STOP/ })).toHaveTextContent('“STOP”')
    expect(await screen.findByText('7 records, not checked yet.')).toBeVisible()
    await user.click(screen.getByRole('button', { name: 'Check the chain' }))
    expect(await screen.findByText(/Every record up to 7 is as it was written/)).toBeVisible()
    expect(sent).toHaveLength(1)
  })

  it('says where it is broken', async () => {
    signedIn(['read'])
    const proven = { at, checked: 3, erased: 0, intact: false, broken_at: 4, why: 'it was changed or moved', head }
    server.use(answerPage('/v1/consents', []), answer('/v1/consents/chain', { head, proven }))
    openApp('/consents')
    expect(await screen.findByText(/at place 4: it was changed or moved/)).toBeVisible()
    expect(screen.queryByRole('button', { name: 'Check the chain' })).toBeNull()
  })

  it('shows what proves one record', async () => {
    signedIn()
    const changes = [{ path: 'channels.sms', from: null, to: false }]
    server.use(answer('/v1/consents/7', { ...record, kind: 'chose', changes, hash: 'aa11', seal: '9f2c' }))
    openApp('/consents/7')
    expect(await screen.findByText('channels.sms: – → false')).toBeVisible()
    expect(screen.getByText('9f2c')).toBeVisible()
  })
})

describe('suppressions', () => {
  it('are imported only when every row is in order', async () => {
    signedIn()
    server.use(answerPage('/v1/suppressions', []))
    const faults = [{ line: 2, field: 'address', value: 'nobody', code: 'invalid_email', detail: 'must be a mailbox' }]
    take('post', '/v1/suppressions/import', { rows: 1, new: 0, known: 0, added: 0, faults })
    const user = userEvent.setup()
    openApp('/suppressions')
    await user.click(await screen.findByRole('button', { name: 'Import' }))
    const dialog = await screen.findByRole('dialog')
    await user.type(within(dialog).getByLabelText('Or paste the rows'), 'channel,address')
    await user.click(within(dialog).getByRole('button', { name: 'Check the rows' }))
    expect(await within(dialog).findByText('must be a mailbox')).toBeVisible()
    expect(within(dialog).getByRole('button', { name: 'Check the rows' })).toBeDisabled()

    const sent = take('post', '/v1/suppressions/import', { rows: 3, new: 2, known: 1, added: 2, faults: [] })
    await user.type(within(dialog).getByLabelText('Or paste the rows'), ',reason')
    await user.click(within(dialog).getByRole('button', { name: 'Check the rows' }))
    await user.click(await within(dialog).findByRole('button', { name: 'Suppress 2 addresses' }))
    await waitFor(() => expect(sent).toHaveLength(2))
    expect(sent.map((each) => (each as Schema['SuppressionImport']).preview)).toEqual([true, false])
  })

  it('may be about one category, and for a while', async () => {
    signedIn()
    server.use(
      answerPage('/v1/suppressions', []),
      answerPage('/v1/categories', [{ key: 'news', name: 'News', mandatory: false }]),
    )
    const sent = take('post', '/v1/suppressions', {}, 201)
    const user = userEvent.setup()
    openApp('/suppressions')
    await user.click((await screen.findAllByRole('button', { name: 'Suppress an address' }))[0] as HTMLElement)
    const dialog = await screen.findByRole('dialog')
    await user.type(within(dialog).getByLabelText(/Address/), 'a@b.example')
    await user.selectOptions(within(dialog).getByLabelText('Of what'), 'One category')
    await user.type(within(dialog).getByRole('combobox', { name: /Category/ }), 'news')
    await user.type(within(dialog).getByLabelText('Until'), '2030-01-02T03:04')
    await user.click(within(dialog).getByRole('button', { name: 'Suppress an address' }))
    const expires_at = new Date('2030-01-02T03:04').toISOString()
    const [channel, address, reason, detail, scope] = ['email', 'a@b.example', 'manual', '', 'category:news']
    await waitFor(() => expect(sent).toEqual([{ channel, address, reason, detail, scope, expires_at }]))
  })

  it('that ended say how, by whom and why', async () => {
    signedIn()
    const ending = { how: 'released', at, by: 'Ada', why: 'asked by phone' }
    const entry = {
      id: 'sup_1',
      channel: 'sms',
      address: '+441',
      reason: 'manual',
      scope: 'category:news',
      created_at: at,
    }
    server.use(answerPage('/v1/suppressions', [{ ...entry, ended: true, ending }]))
    openApp('/suppressions?ended=any')
    const row = await screen.findByRole('row', { name: /asked by phone/ })
    expect(row).toHaveTextContent('Released')
    expect(row).toHaveTextContent('Ada')
    expect(row).toHaveTextContent('One category: news')
  })

  it('are lifted for a reason only', async () => {
    signedIn()
    const entry = {
      id: 'sup_1',
      channel: 'email',
      address: 'a@b.example',
      reason: 'bounce',
      scope: 'channel',
      created_at: at,
    }
    server.use(answer('/v1/suppressions/sup_1', entry), answerPage('/v1/suppressions', []))
    const sent = take('delete', '/v1/suppressions/sup_1')
    const user = userEvent.setup()
    openApp('/suppressions/sup_1')
    await user.click(await screen.findByRole('button', { name: 'Lift…' }))
    const dialog = await screen.findByRole('dialog')
    await user.click(within(dialog).getByRole('button', { name: 'Lift…' }))
    expect(await within(dialog).findByText('Say why; the reason is kept.')).toBeVisible()
    expect(sent).toEqual([])
    await user.type(within(dialog).getByLabelText(/Why it may be contacted again/), 'asked by phone')
    await user.click(within(dialog).getByRole('button', { name: 'Lift…' }))
    await waitFor(() => expect(sent).toEqual(['?reason=asked%20by%20phone']))
  })
})

describe('an API key', () => {
  const made = {
    id: 'key_1',
    source: 'shop',
    name: 'Checkout',
    prefix: 'ck_abc',
    scopes: ['events:write'],
    rate_limit: 0,
    require_signature: true,
    created_at: at,
  }

  it('is made from plain words and shows its secret with a call that signs', async () => {
    signedIn()
    server.use(answerPage('/v1/sources', [{ key: 'shop', name: 'Shop' }]))
    const sent = take('post', '/v1/api-keys', { ...made, secret: 'ck_secret' }, 201)
    const user = userEvent.setup()
    openApp('/settings/api-keys/new?source=shop')
    await user.type(await screen.findByLabelText(/Name/), 'Checkout')
    await waitFor(() => expect(screen.getByLabelText(/^Source/)).toHaveValue('shop'))
    await user.click(screen.getByLabelText(/Report events/))
    await user.click(screen.getByRole('switch', { name: /Takes only signed requests/ }))
    await user.click(screen.getByRole('button', { name: 'Make the key' }))
    expect(await screen.findByText('ck_secret')).toBeVisible()
    expect(screen.getByText(/X-Clarion-Signature: v1=/)).toBeVisible()
    expect(sent).toEqual([
      { name: 'Checkout', source: 'shop', scopes: ['events:write'], rate_limit: 0, require_signature: true },
    ])
  })

  it('is rotated while the old one goes on', async () => {
    signedIn()
    server.use(answer('/v1/api-keys/key_1', made))
    const sent = take('post', '/v1/api-keys/key_1/rotate', { ...made, id: 'key_2', secret: 'ck_next' }, 201)
    const user = userEvent.setup()
    openApp('/settings/api-keys/key_1')
    await user.click(await screen.findByRole('button', { name: 'Rotate…' }))
    await user.click(await screen.findByRole('button', { name: 'Make the new key' }))
    expect(await screen.findByText('ck_next')).toBeVisible()
    expect(sent).toEqual([{ expires_in_hours: 24 }])
  })
})

describe('a source', () => {
  it('says why it cannot be deleted', async () => {
    signedIn()
    const shop = { key: 'shop', name: 'Shop', live_keys: 2, last_event_at: new Date().toISOString(), created_at: at }
    server.use(answerPage('/v1/sources', [{ ...shop, events_last_day: 7, events_last_day_at_least: true }]))
    const user = userEvent.setup()
    openApp('/settings/sources/shop')
    expect(await screen.findByText('7+')).toBeVisible()
    await user.click(screen.getByRole('button', { name: 'Delete' }))
    const dialog = await screen.findByRole('dialog')
    expect(within(dialog).getByText('2 API keys that are not revoked')).toBeVisible()
    expect(within(dialog).getByText('Events of the last 24 hours')).toBeVisible()
    expect(within(dialog).queryByRole('button', { name: 'Delete' })).toBeNull()
  })
})

describe('a category', () => {
  it('is made with a name per language and says in plain words what doubt means', async () => {
    signedIn()
    server.use(answerPage('/v1/categories', []), answerPage('/v1/workflows', []))
    const sent = take('put', '/v1/categories/news', { key: 'news', name: 'News', mandatory: false, created_at: at })
    const user = userEvent.setup()
    openApp('/categories/new')
    await user.type(await screen.findByLabelText(/^Key/), 'news')
    await user.type(screen.getByLabelText(/^Name/), 'News')
    await user.click(screen.getByRole('button', { name: 'Add a language' }))
    await user.type(screen.getByRole('textbox', { name: 'Language' }), 'zh-CN')
    await user.type(screen.getByLabelText('Name in zh-CN'), '新闻')
    await user.click(screen.getByRole('radio', { name: /Send again/ }))
    await user.click(screen.getByRole('button', { name: 'Save' }))
    await waitFor(() =>
      expect(sent).toEqual([{ name: 'News', names: { 'zh-CN': '新闻' }, mandatory: false, ambiguity: 'resend' }]),
    )
  })
})
