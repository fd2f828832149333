import { CompletionContext } from '@codemirror/autocomplete'
import { EditorState } from '@codemirror/state'
import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { HttpResponse, http } from 'msw'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { CodeEditorProps } from '../components/code/CodeEditor'
import { partialsSource } from '../components/code/partials'
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
const parameters = [
  { name: 'city', required: true },
  { name: 'help', required: false },
]
const item: Schema['PartialItem'] = {
  key: 'footer_address',
  mjml: '',
  version: 1,
  live_version: 1,
  state: 'live',
  used_by: ['order.shipped'],
  used_in: [{ kind: 'layout', key: 'house' }],
  parameters,
}
const view: Schema['PartView'] = {
  key: 'footer_address',
  mjml: '<i>{{ city }}</i>',
  text: '{{ city }}',
  version: 1,
  draft: null,
  review: { state: 'live', live_version: 1, open: null, approval: null },
  faults: [],
}

beforeEach(() => {
  vi.stubGlobal('WebSocket', FakeSocket)
  server.use(
    answer('/v1/auth/me', me()),
    answer('/v1/inbox/counts', { unread: 0, unseen: 0 }),
    answer('/v1/approvals/counts', { waiting: 0, kinds: {} }),
    answer('/v1/integrations', []),
    answerPage('/v1/partials', [item]),
    answer('/v1/partials/:key', view),
    http.post(`${origin}/v1/inbox/ticket`, () => HttpResponse.json(envelope({ ticket: 't', expires_at: '' }))),
    http.post(`${origin}/v1/partials/:key/preview`, async ({ request }) => {
      const { mjml, data } = (await request.json()) as Schema['PartialPreviewInput']
      const html = `<p>seen: ${mjml} with ${JSON.stringify(data)}</p>`
      return HttpResponse.json(
        envelope({ locale: 'en', channels: { email: { html }, sms: { text: 'as text' } }, parameters }),
      )
    }),
  )
})
afterEach(() => void vi.unstubAllGlobals())

describe('partials', () => {
  it('are listed with what they can be given and what they are in', async () => {
    openApp('/partials')
    expect(await screen.findByText('city, help?')).toBeVisible()
    expect(screen.getByText('order.shipped')).toBeVisible()
    expect(screen.getByRole('link', { name: /Templates/ })).toHaveAttribute('aria-current', 'page')
  })

  it('show how they are rendered, where they stand, and what people see', async () => {
    const user = userEvent.setup()
    openApp('/partials/footer_address')
    expect(await screen.findByText("{% render 'footer_address', city: city, help: help %}")).toBeVisible()
    expect(await screen.findByRole('link', { name: 'order.shipped' })).toHaveAttribute(
      'href',
      '/templates/order.shipped',
    )
    expect(screen.getByRole('link', { name: 'house' })).toHaveAttribute('href', '/layouts/house')
    const given = await screen.findByLabelText('Values to try it with')
    await user.clear(given)
    await user.type(given, '{{"city": "Harwich"}')
    await waitFor(() =>
      expect(screen.getByTitle('Email as the recipient sees it').getAttribute('srcdoc')).toContain('Harwich'),
    )
    const kinds = screen.getByRole('radiogroup', { name: 'Channels' })
    await user.click(within(kinds).getByText('Text'))
    expect(await screen.findByText('as text')).toBeVisible()
  })

  it('show a fault at its place', async () => {
    const fields = [{ path: 'partial.text', code: 'unknown_partial', detail: 'there is none', line: 3, column: 7 }]
    server.use(
      http.post(`${origin}/v1/partials/:key/preview`, () => {
        const refusal = failure(422, 'validation_failed')
        return HttpResponse.json({ ...refusal, error: { ...refusal.error, fields } }, { status: 422 })
      }),
    )
    openApp('/partials/footer_address')
    expect(await screen.findByText('fault at 3:7')).toBeInTheDocument()
    expect(screen.getByText('there is none (column 7)')).toBeVisible()
  })

  it('begin with a key and a few words', async () => {
    const saved: Schema['PartInput'][] = []
    server.use(
      http.put(`${origin}/v1/partials/:key`, async ({ request }) => {
        saved.push((await request.json()) as Schema['PartInput'])
        return HttpResponse.json(envelope(view))
      }),
    )
    const user = userEvent.setup()
    const { router } = openApp('/partials')
    await user.click(await screen.findByRole('button', { name: 'New partial' }))
    await user.type(await screen.findByLabelText(/Key/), 'footer_address')
    await user.click(screen.getByRole('button', { name: 'Create and write' }))
    await waitFor(() => expect(router.state.location.pathname).toBe('/partials/footer_address'))
    expect(saved[0]).toMatchObject({ revision: 0, text: '{{ name }}\n' })
  })
})

describe('the editor', () => {
  const complete = (text: string) => {
    const context = new CompletionContext(EditorState.create({ doc: text }), text.length, true)
    const found = partialsSource([{ key: 'footer_address', parameters }])(context)
    return found && { at: text.slice(found.from), options: found.options.map(({ label }) => label) }
  }

  it.each([
    ["{% render '", '', ['footer_address']],
    ['a {%- render "foo', 'foo', ['footer_address']],
    ["{% render 'footer_address', ", '', ['city', 'help']],
    ["{% render 'footer_address', ci", 'ci', ['city', 'help']],
    ["{% render 'footer_address', city: x, h", 'h', ['help']],
  ])('completes partials and what they can be given: %s', (text, at, options) => {
    expect(complete(text)).toEqual({ at, options })
  })

  it.each(['{% if x', "{% render 'ghost', ", "{% render 'footer_address' %}, ", "'foo"])('but not in %s', (text) => {
    expect(complete(text)).toBeNull()
  })
})
