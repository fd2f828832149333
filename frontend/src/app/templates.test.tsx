import { act, screen, waitFor, within } from '@testing-library/react'
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

function view(given: Partial<Schema['TemplateView']> = {}): Schema['TemplateView'] {
  const version: Schema['TemplateVersion'] = {
    key: 'order.shipped',
    version: 1,
    default_locale: 'en',
    created_at: '2026-01-01T00:00:00Z',
    schema: { type: 'object', properties: { order_id: { type: 'string' } }, required: ['order_id'] } as never,
    channels: { sms: { en: { text: 'Hi' } } },
  }
  return {
    key: 'order.shipped',
    name: 'Order shipped',
    folder: '',
    live_version: 1,
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    version,
    draft: null,
    review: { state: 'live', live_version: 1, open: null, approval: null },
    faults: [],
    ...given,
  }
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
const drafted = view({ review: { state: 'draft', live_version: 1, open, approval: null } })

beforeEach(() => {
  vi.stubGlobal('WebSocket', FakeSocket)
  server.use(
    answer('/v1/auth/me', me()),
    answer('/v1/inbox/counts', { unread: 0, unseen: 0 }),
    answer('/v1/approvals/counts', { waiting: 0, kinds: {} }),
    answer('/v1/integrations', []),
    answerPage('/v1/template-folders', [{ path: 'shop', count: 1 }]),
    answerPage('/v1/layouts', []),
    answerPage('/v1/partials', []),
    answer('/v1/templates/:key', view()),
    http.post(`${origin}/v1/inbox/ticket`, () => HttpResponse.json(envelope({ ticket: 't', expires_at: '' }))),
    http.post(`${origin}/v1/templates/:key/check`, () => HttpResponse.json(envelope({ faults: [] }))),
    http.post(`${origin}/v1/templates/:key/preview`, async ({ request }) => {
      const body = (await request.json()) as Schema['PreviewInput']
      const text = body.draft?.channels.sms?.en?.text ?? ''
      return HttpResponse.json(
        envelope({
          locale: 'en',
          channels: { sms: { text: `seen: ${text}` } },
          sms: { parts: 2, encoding: 'UCS-2', characters: 80 },
        }),
      )
    }),
  )
})
afterEach(() => void vi.unstubAllGlobals())

describe('the templates', () => {
  it('are found by word, state, channel and folder, and say how complete they are', async () => {
    const asked: string[] = []
    server.use(
      http.get(`${origin}/v1/templates`, ({ request }) => {
        asked.push(decodeURIComponent(new URL(request.url).search))
        const { version: _, draft: __, review: ___, faults: ____, ...template } = view()
        const languages = [
          { locale: 'en', complete: true },
          { locale: 'zh-CN', complete: false },
        ]
        return HttpResponse.json({
          ...envelope([{ ...template, state: 'in_review', channels: ['sms'], languages }]),
          page: { next: null, has_more: false },
        })
      }),
    )
    openApp('/templates?state=in_review&folder=shop&q=order&channel=sms')
    expect(await screen.findByText('1 of 2')).toBeVisible()
    expect(screen.getByText('Order shipped')).toBeVisible()
    expect(asked[0]).toBe('?q=order&folder=shop&state=in_review&channel=sms&limit=50')
  })
})

describe('writing', () => {
  it('is saved a moment later with the token of the draft, and shown as people would see it', async () => {
    const saved: Schema['TemplateInput'][] = []
    let take = () => {}
    const taken = new Promise<void>((resolve) => {
      take = resolve
    })
    server.use(
      answer('/v1/templates/:key', drafted),
      http.put(`${origin}/v1/templates/:key`, async ({ request }) => {
        saved.push((await request.json()) as Schema['TemplateInput'])
        await taken
        return HttpResponse.json(
          envelope({ ...drafted, review: { ...drafted.review, open: { ...open, revision: 6 } } }),
        )
      }),
    )
    const user = userEvent.setup()
    openApp('/templates/order.shipped')
    const text = await screen.findByLabelText('Text')
    expect(screen.getByText('Saved')).toBeVisible()
    await user.type(text, '!')
    expect(screen.getByText(/^(Not saved yet|Saving…)$/)).toBeVisible()
    take()
    expect(await screen.findByText('seen: Hi!')).toBeInTheDocument()
    expect(screen.getByText('2 parts, 80 characters, UCS-2')).toBeVisible()
    await waitFor(() => expect(saved).toHaveLength(1))
    expect(saved[0]).toMatchObject({ revision: 5, channels: { sms: { en: { text: 'Hi!' } } } })
    expect(await screen.findByText('Saved')).toBeVisible()
    await user.type(screen.getByLabelText('Text'), '?')
    await user.keyboard('{Control>}s{/Control}')
    await waitFor(() => expect(saved).toHaveLength(2))
    expect(saved[1]?.revision).toBe(6)
  })

  it('is saved one after the other, however slow the server is, and its own save is no news to it', async () => {
    FakeSocket.all = []
    const asked: (number | undefined)[] = []
    let stored = drafted
    let answered = () => {}
    const held = new Promise<void>((resolve) => {
      answered = resolve
    })
    server.use(
      http.get(`${origin}/v1/templates/:key`, () => HttpResponse.json(envelope(stored))),
      http.put(`${origin}/v1/templates/:key`, async ({ request }) => {
        const { revision, ...words } = (await request.json()) as Schema['TemplateInput']
        asked.push(revision)
        if (revision !== stored.review.open?.revision) {
          const refusal = failure(409, 'conflict')
          const fields = [{ path: 'revision', code: 'stale', detail: 'stale' }]
          return HttpResponse.json({ ...refusal, error: { ...refusal.error, fields } }, { status: 409 })
        }
        stored = {
          ...stored,
          draft: { ...stored.version, ...words } as Schema['TemplateVersion'],
          review: { ...stored.review, open: { ...open, revision: (revision ?? 0) + 1 } },
        }
        const mine = stored
        if (asked.length === 1) await held
        return HttpResponse.json(envelope(mine))
      }),
    )
    const user = userEvent.setup()
    const { queries } = openApp('/templates/order.shipped')
    await user.type(await screen.findByLabelText('Text'), '!')
    await user.keyboard('{Control>}s{/Control}')
    await waitFor(() => expect(asked).toEqual([5]))
    await user.type(screen.getByLabelText('Text'), '?')
    // What the server has already taken is told to the page before the answer is there.
    await act(() => queries.refetchQueries({ queryKey: ['templates'] }))
    expect(screen.queryByText('Somebody else changed it meanwhile')).toBeNull()
    await user.keyboard('{Control>}s{/Control}')
    await user.keyboard('{Control>}s{/Control}')
    answered()
    expect(await screen.findByText('Saved')).toBeVisible()
    expect(asked).toEqual([5, 6])
    expect(stored.draft?.channels.sms?.en?.text).toBe('Hi!?')
  })

  it('never overwrites what somebody else saved', async () => {
    let calls = 0
    server.use(
      answer('/v1/templates/:key', drafted),
      http.put(`${origin}/v1/templates/:key`, () => {
        calls += 1
        const refusal = failure(409, 'conflict')
        const fields = [{ path: 'revision', code: 'stale', detail: 'stale' }]
        return HttpResponse.json({ ...refusal, error: { ...refusal.error, fields } }, { status: 409 })
      }),
    )
    const user = userEvent.setup()
    openApp('/templates/order.shipped')
    await user.type(await screen.findByLabelText('Text'), '!')
    expect(await screen.findByText('Somebody else saved it meanwhile')).toBeVisible()
    await user.type(screen.getByLabelText('Text'), 'more')
    await user.keyboard('{Control>}s{/Control}')
    expect(calls).toBe(1)
    await user.click(screen.getByRole('button', { name: 'Show theirs' }))
    await waitFor(() => expect(screen.getByLabelText('Text')).toHaveValue('Hi'))
  })

  it('says that somebody else saved other words, and loses none of its own', async () => {
    FakeSocket.all = []
    server.use(answer('/v1/templates/:key', drafted))
    const user = userEvent.setup()
    openApp('/templates/order.shipped')
    const text = await screen.findByLabelText('Text')
    const socket = await waitFor(() => {
      const found = FakeSocket.all.find(({ url }) => url.endsWith('/v1/live/ws'))
      if (!found) throw new Error('no socket of the pages yet')
      return found
    })
    act(() => socket.open())
    const tell = () => act(() => socket.say({ type: 'changed', kind: 'template', ids: ['order.shipped'] }))

    server.use(
      answer('/v1/templates/:key', {
        ...drafted,
        review: { ...drafted.review, state: 'approved', open: { ...open, state: 'approved' } },
      }),
    )
    tell()
    expect(await screen.findByText('Approved')).toBeVisible()
    expect(screen.queryByText('Somebody else changed it meanwhile')).toBeNull()

    const theirs = { ...view().version, channels: { sms: { en: { text: 'Theirs' } } } } as Schema['TemplateVersion']
    server.use(
      answer('/v1/templates/:key', {
        ...drafted,
        draft: theirs,
        review: { ...drafted.review, open: { ...open, revision: 6 } },
      }),
    )
    tell()
    expect(await screen.findByText('Somebody else changed it meanwhile')).toBeVisible()
    expect(text).toHaveValue('Hi')
    await user.click(screen.getByRole('button', { name: 'Show theirs' }))
    await waitFor(() => expect(text).toHaveValue('Theirs'))
    expect(screen.getByText('Saved')).toBeVisible()
  })

  it('shows a fault at its place, and keeps it from being submitted', async () => {
    const fault = { path: 'channels.sms.en.text', code: 'unknown_variable', detail: 'no such', line: 1, column: 7 }
    server.use(
      answer('/v1/templates/:key', { ...drafted, faults: [fault] }),
      http.post(`${origin}/v1/templates/:key/check`, () => HttpResponse.json(envelope({ faults: [fault] }))),
    )
    openApp('/templates/order.shipped')
    expect(await screen.findByText('fault at 1:7')).toBeInTheDocument()
    expect(screen.getByRole('button', { name: 'Submit for approval' })).toBeDisabled()
  })

  it('is reading for a role that may not write', async () => {
    server.use(answer('/v1/auth/me', me(['read'])))
    openApp('/templates/order.shipped?locale=en')
    expect(await screen.findByLabelText('Text')).toHaveAttribute('readonly')
    expect(screen.getByText('Your role reads it')).toBeVisible()
    expect(screen.getByLabelText('Default language')).toBeDisabled()
    for (const name of ['Add a language', 'Copy from', 'Remove en', 'Submit for approval', 'Send to myself']) {
      expect(screen.queryByRole('button', { name })).toBeNull()
    }
  })

  it('can begin another channel and copy a language', async () => {
    const saved: Schema['TemplateInput'][] = []
    server.use(
      http.put(`${origin}/v1/templates/:key`, async ({ request }) => {
        saved.push((await request.json()) as Schema['TemplateInput'])
        return HttpResponse.json(envelope(drafted))
      }),
    )
    const user = userEvent.setup()
    openApp('/templates/order.shipped?locale=zh-CN')
    await user.click(await screen.findByRole('button', { name: 'Copy from' }))
    await user.click(await screen.findByRole('menuitem', { name: 'en' }))
    await waitFor(() => expect(saved).toHaveLength(1))
    expect(saved[0]?.channels.sms).toEqual({ en: { text: 'Hi' }, 'zh-CN': { text: 'Hi' } })
    expect(saved[0]?.revision).toBe(0)
  })

  it.each([
    ['Webhook', 'webhook', 'Data of the call', 'Add a value'],
    ['WhatsApp', 'whatsapp', 'Parameters of the template', 'Add a parameter'],
  ])('can begin %s and give it values by name', async (label, channel, legend, add) => {
    const saved: Schema['TemplateInput'][] = []
    server.use(
      http.put(`${origin}/v1/templates/:key`, async ({ request }) => {
        saved.push((await request.json()) as Schema['TemplateInput'])
        return HttpResponse.json(envelope(drafted))
      }),
    )
    const user = userEvent.setup()
    openApp('/templates/order.shipped')
    await user.click(await screen.findByRole('button', { name: 'Add a channel' }))
    await user.click(await screen.findByRole('menuitem', { name: label }))
    expect(await screen.findByRole('tab', { name: label, selected: true })).toBeVisible()
    const values = within(await screen.findByRole('group', { name: legend }))
    await user.click(values.getByRole('button', { name: add }))
    await user.type(values.getByLabelText('Key'), 'order')
    await waitFor(() => expect(saved.at(-1)?.channels[channel]).toEqual({ en: { data: { order: '' } } }))
  })
})

describe('trying it out', () => {
  const both = view({
    review: { state: 'draft', live_version: 1, open, approval: null },
    draft: {
      key: 'order',
      version: 2,
      default_locale: 'en',
      channels: { sms: { en: { text: 'Hi' } }, push: { en: { title: 'Hi', body: 'there', data: { order: '1' } } } },
      created_at: '2026-01-01T00:00:00Z',
    },
  })

  it('sends a test over the open channel, any other, or all of them', async () => {
    const sent: (string | undefined)[] = []
    server.use(
      answer('/v1/templates/:key', both),
      http.post(`${origin}/v1/templates/:key/test`, async ({ request }) => {
        sent.push(((await request.json()) as Schema['PreviewInput']).channel)
        return HttpResponse.json(envelope({ notification_ids: ['ntf_1', 'ntf_2'], recipient: 'ada' }))
      }),
    )
    const user = userEvent.setup()
    openApp('/templates/order?channel=sms')
    await user.click(await screen.findByRole('button', { name: 'Send to myself' }))
    for (const name of ['Push', 'All channels']) {
      const others = await screen.findByRole('button', { name: 'Send to myself over…' })
      await waitFor(() => expect(others).toBeEnabled())
      await user.click(others)
      await user.click(await screen.findByRole('menuitem', { name }))
    }
    await waitFor(() => expect(sent).toEqual(['sms', 'push', undefined]))
    const link = await screen.findByText('Test sent: follow it')
    expect(link).toHaveAttribute('href', '/messages?recipient=ada')
  })

  it('takes the data of the last event that used it, whatever its type', async () => {
    const asked: string[] = []
    server.use(
      http.get(`${origin}/v1/events`, ({ request }) => {
        asked.push(new URL(request.url).search)
        return HttpResponse.json({ ...envelope([{ id: 'evt_7' }]), page: { next: null, has_more: false } })
      }),
      answer('/v1/events/:id', { id: 'evt_7', data: { order_id: 'A-7' } }),
    )
    const user = userEvent.setup()
    openApp('/templates/order?channel=sms')
    await user.selectOptions(await screen.findByLabelText('Data from'), 'event')
    await waitFor(() =>
      expect(screen.getByLabelText<HTMLTextAreaElement>('Data', { selector: 'textarea' }).value).toContain('"A-7"'),
    )
    expect(asked).toEqual(['?template=order.shipped&limit=1'])
  })

  it('writes the values an app gets as rows, and keeps none without a name of its own', async () => {
    const saved: Schema['TemplateInput'][] = []
    server.use(
      answer('/v1/templates/:key', both),
      http.put(`${origin}/v1/templates/:key`, async ({ request }) => {
        saved.push((await request.json()) as Schema['TemplateInput'])
        return HttpResponse.json(envelope(both))
      }),
    )
    const user = userEvent.setup()
    openApp('/templates/order?channel=push')
    expect(await screen.findByLabelText('Value')).toHaveValue('1')
    await user.click(screen.getByRole('button', { name: 'Add a value for the app' }))
    await user.type(screen.getAllByLabelText('Name')[1] as HTMLElement, 'order')
    expect(screen.getByText('This name is there already')).toBeVisible()
    await user.type(screen.getAllByLabelText('Name')[1] as HTMLElement, '_url')
    await user.type(screen.getAllByLabelText('Value')[1] as HTMLElement, 'https://a')
    await waitFor(() => expect(saved.at(-1)?.channels.push?.en?.data).toEqual({ order: '1', order_url: 'https://a' }))
  })
})
