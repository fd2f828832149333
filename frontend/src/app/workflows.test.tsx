import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
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

const steps: Schema['Step'][] = [
  { key: 'email', kind: 'channel', channel: 'email', template: 'order.shipped' },
  { key: 'sms', kind: 'channel', channel: 'sms', template: 'order.shipped' },
]

function workflow(open?: Schema['ReviewVersion']): Schema['WorkflowView'] {
  return {
    key: 'order.shipped',
    event_type: 'order.shipped',
    name: 'Order shipped',
    category: 'orders',
    priority: 'medium',
    critical: false,
    expires_after_seconds: 0,
    enabled: true,
    steps,
    event_schema: { type: 'object', properties: { total: { type: 'number', examples: [7] } } } as never,
    version: 1,
    created_at: at,
    updated_at: at,
    draft: null,
    faults: [],
    review: { state: open ? 'draft' : 'live', live_version: 1, open: open ?? null, approval: null },
  }
}

const opened = (revision: number): Schema['ReviewVersion'] => ({
  version: 2,
  state: 'draft',
  revision,
  editors: ['mem_1'],
  created_by: 'mem_1',
  created_at: at,
  updated_by: 'mem_1',
  updated_at: at,
})

/** What was sent to the server. */
let saved: Schema['WorkflowInput'][]
let faults: Schema['WorkflowFaults']

function signedIn(permissions?: Schema['Permission'][]) {
  server.use(
    answer('/v1/auth/me', me(permissions)),
    answer('/v1/inbox/counts', { unread: 0, unseen: 0 }),
    answerPage('/v1/integrations', []),
    answer('/v1/approvals/counts', { waiting: 0, kinds: {} }),
    answerPage('/v1/categories', [{ key: 'orders', name: 'Orders' }]),
    answerPage('/v1/templates', [{ key: 'order.shipped', name: 'Order' }]),
    answerPage('/v1/recipients', [{ id: 'wei', name: 'Wei' }]),
    answerPage('/v1/activity', [{ workflow: 'order.shipped', counts: { sent: 2, delivered: 3, failed: 1 } }]),
    answer('/v1/workflows/order.shipped', workflow() as never),
    http.post(`${origin}/v1/inbox/ticket`, () => HttpResponse.json(envelope({ ticket: 't', expires_at: '' }))),
    http.post(`${origin}/v1/workflows/order.shipped/check`, () => HttpResponse.json(envelope(faults))),
    http.put(`${origin}/v1/workflows/order.shipped`, async ({ request }) => {
      saved.push((await request.json()) as Schema['WorkflowInput'])
      return HttpResponse.json(envelope(workflow(opened(saved.length))))
    }),
  )
}

beforeEach(() => {
  saved = []
  faults = { faults: [], doubts: [] }
  FakeSocket.all = []
  vi.stubGlobal('WebSocket', FakeSocket)
})
afterEach(() => void vi.unstubAllGlobals())

const keysOf = (input: Schema['WorkflowInput'] | undefined) => input?.steps?.map((step) => step.key)

describe('the workflows page', () => {
  it('counts what became of messages, and each number is a door', async () => {
    signedIn()
    server.use(answerPage('/v1/workflows', [workflow() as never]))
    openApp('/workflows')
    const row = (await screen.findByRole('link', { name: 'Order shipped' })).closest('tr') as HTMLElement
    const sent = await within(row).findByRole('link', { name: '5' })
    expect(sent.getAttribute('href')).toMatch(/^\/messages\?workflow=order\.shipped&status=sent,delivered&from=/)
    expect(within(row).getByRole('link', { name: '1' }).getAttribute('href')).toContain('status=failed,unknown')
  })

  it('takes a live workflow out of use only after a yes, and puts it back at once', async () => {
    signedIn()
    const done: string[] = []
    const row = () => {
      const live = workflow()
      return done.at(-1) === 'retire' ? { ...live, review: { ...live.review, state: 'retired', retired_at: at } } : live
    }
    const turn = (move: string) =>
      http.post(`${origin}/v1/workflows/order.shipped/${move}`, () => {
        done.push(move)
        return HttpResponse.json(envelope(row().review))
      })
    server.use(
      http.get(`${origin}/v1/workflows`, () =>
        HttpResponse.json({ ...envelope([row()]), page: { has_more: false, next: null } }),
      ),
      turn('retire'),
      turn('unretire'),
    )
    const user = userEvent.setup()
    openApp('/workflows')
    const name = { name: 'Order shipped is in use' }
    await user.click(await screen.findByRole('switch', name))
    const dialog = await screen.findByRole('dialog')
    expect(done).toEqual([])
    await user.click(within(dialog).getByRole('button', { name: 'Take out of use' }))
    expect(await screen.findByText('Retired')).toBeVisible()
    expect(await screen.findByRole('switch', name)).not.toBeChecked()
    await user.click(screen.getByRole('switch', name))
    await waitFor(() => expect(screen.getByRole('switch', name)).toBeChecked())
    await waitFor(() => expect(done).toEqual(['retire', 'unretire']))
  })
})

describe('the builder', () => {
  it('adds, moves and removes steps by keys, and saves each draft on the one before', async () => {
    signedIn()
    const user = userEvent.setup()
    openApp('/workflows/order.shipped')
    ;(await screen.findByRole('button', { name: 'Add a step at place 3' })).focus()
    await user.keyboard('{Enter}')
    await user.click(await screen.findByRole('menuitem', { name: 'Push' }))
    await waitFor(() => expect(keysOf(saved[0])).toEqual(['email', 'sms', 'push']))
    expect(saved[0]?.revision).toBeUndefined()
    await screen.findByText('Draft saved')

    screen.getByRole('button', { name: 'Move Step 3, push up' }).focus()
    await user.keyboard('{Enter}')
    await waitFor(() => expect(keysOf(saved[1])).toEqual(['email', 'push', 'sms']))
    expect(saved[1]?.revision).toBe(1)

    screen.getByRole('button', { name: 'Remove Step 1, email' }).focus()
    await user.keyboard('{Enter}')
    await waitFor(() => expect(keysOf(saved[2])).toEqual(['push', 'sms']))
    expect(saved[2]?.revision).toBe(2)
  })

  it('saves what is changed in the moment in which a save begins', async () => {
    signedIn()
    const due: (() => void)[] = []
    const later = globalThis.setTimeout
    vi.spyOn(globalThis, 'setTimeout').mockImplementation(((run: () => void, wait?: number, ...rest: unknown[]) => {
      if (wait !== 900) return later(run, wait, ...(rest as []))
      due.push(run)
      return 0
    }) as never)
    const user = userEvent.setup()
    openApp('/workflows/order.shipped')
    await user.click(await screen.findByRole('button', { name: 'Move Step 2, sms up' }))
    await waitFor(() => expect(due).toHaveLength(1))
    act(() => {
      due[0]?.()
      // What has begun is not drawn yet when the next key comes.
      fireEvent.click(screen.getByRole('button', { name: 'Remove Step 1, sms' }))
    })
    await waitFor(() => expect(keysOf(saved[0])).toEqual(['sms', 'email']))
    await waitFor(() => expect(due).toHaveLength(2))
    act(() => due[1]?.())
    await waitFor(() => expect(keysOf(saved[1])).toEqual(['email']))
    expect(await screen.findByText('Draft saved')).toBeVisible()
    expect(saved).toHaveLength(2)
  })

  it('shows a fault at its step and at its field, and does not submit', async () => {
    signedIn()
    faults.faults = [{ path: 'steps[1].template', code: 'required', detail: 'a channel step needs a template' }]
    server.use(answer('/v1/workflows/order.shipped', workflow(opened(1)) as never))
    const user = userEvent.setup()
    openApp('/workflows/order.shipped')
    const card = await screen.findByRole('article', { name: 'Step 2, sms' })
    expect(await within(card).findByText(/a channel step needs a template/)).toBeVisible()
    await user.click(within(card).getByText('sms'))
    expect(await screen.findByLabelText(/^Template/, { selector: 'input' })).toHaveAccessibleDescription(
      /a channel step needs a template/,
    )
    expect(screen.getByRole('button', { name: 'Submit for review' })).toBeDisabled()
  })

  it('says that somebody else wrote, and shows what they wrote', async () => {
    signedIn()
    server.use(
      http.put(`${origin}/v1/workflows/order.shipped`, () =>
        HttpResponse.json(failure(409, 'conflict'), { status: 409 }),
      ),
    )
    const user = userEvent.setup()
    openApp('/workflows/order.shipped')
    await user.click(await screen.findByRole('button', { name: 'Remove Step 1, email' }))
    expect(await screen.findByText('Somebody else saved this draft meanwhile.')).toBeVisible()
    server.use(answer('/v1/workflows/order.shipped', { ...workflow(), name: 'Theirs' } as never))
    await user.click(screen.getByRole('button', { name: 'Show theirs' }))
    expect(await screen.findByRole('heading', { name: 'Theirs' })).toBeVisible()
    expect(screen.getByRole('article', { name: 'Step 1, email' })).toBeVisible()
  })

  it('simulates the draft for whom was chosen, with data of the schema', async () => {
    signedIn()
    const asked: Schema['SimulateInput'][] = []
    server.use(
      http.post(`${origin}/v1/simulate`, async ({ request }) => {
        asked.push((await request.json()) as Schema['SimulateInput'])
        const step = {
          ...{ workflow: 'order.shipped', version: 0, step: 'email', channel: 'email', priority: 'medium' },
          ...{
            status: 'skipped',
            skip_reason: 'opted_out',
            address: '',
            template: { key: '', version: 0, locale: '' },
          },
          ...{ content: {}, size_bytes: 0, integrations: [], send_at: null, expires_at: null },
          decisions: [{ step: 'preference', channel: 'email', outcome: 'skip', detail: 'Switched off by hand.' }],
        }
        return HttpResponse.json(
          envelope({ at, recipients: [{ recipient: { id: 'ada', name: 'Ada' }, steps: [step] }], more: 3 }),
        )
      }),
    )
    const user = userEvent.setup()
    openApp('/workflows/order.shipped')
    await user.click(await screen.findByText('Test'))
    await user.click(await screen.findByRole('button', { name: 'Simulate' }))
    expect(await screen.findByText('Switched off by hand.', { selector: 'p' })).toBeVisible()
    expect(screen.getByText('And 3 more recipients who are not shown.')).toBeVisible()
    expect(asked[0]?.event).toEqual({ type: 'order.shipped', to: ['ada'], data: { total: 7 } })
    expect(keysOf(asked[0]?.workflow as never)).toEqual(['email', 'sms'])
  })

  it('is for reading only where the role does not write', async () => {
    signedIn(['read'])
    openApp('/workflows/order.shipped')
    await screen.findByRole('article', { name: 'Step 1, email' })
    expect(screen.queryByRole('button', { name: /^(Add|Move|Remove)/ })).toBeNull()
    expect(screen.queryByRole('button', { name: 'Submit for review' })).toBeNull()
  })
})
