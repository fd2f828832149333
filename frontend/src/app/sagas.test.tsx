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
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 9, 0, second)).toISOString()

const step = (place: number, name: string, given: Partial<Schema['SagaStep']>): Schema['SagaStep'] => ({
  place,
  name,
  state: 'pending',
  tries: 1,
  input: null,
  output: null,
  checkpoint: null,
  undo_checkpoint: null,
  error: '',
  ...given,
})

const line = (
  number: number,
  kind: Schema['SagaTransition']['kind'],
  given: Partial<Schema['SagaTransition']> = {},
) => ({
  number,
  at: at(number),
  step: '',
  kind,
  try: 1,
  detail: '',
  by: '',
  ...given,
})

/** An order whose stock cannot be released. */
const stuck: Schema['SagaView'] = {
  id: 'sag_1',
  name: 'order',
  ref: 'ord_1',
  title: 'J-1',
  state: 'compensation_failed',
  input: null,
  trace_id: 'trace-1',
  started_by: 'Owner',
  fault: 'process_payment: the card was declined',
  abandoned_by: '',
  step: 'reserve_inventory',
  wait_kind: '',
  awaits: '',
  created_at: at(0),
  updated_at: at(9),
  steps: [
    step(0, 'create_order', { state: 'done', begun_at: at(1), ended_at: at(2), output: 'created' }),
    step(1, 'reserve_inventory', {
      state: 'undo_failed',
      tries: 3,
      error: 'the inventory service cannot take it back now',
      begun_at: at(2),
      ended_at: at(3),
    }),
    step(2, 'process_payment', { state: 'refused', error: 'the card was declined', begun_at: at(3), ended_at: at(4) }),
    step(3, 'confirm_order', { tries: 0 }),
  ],
  transitions: [
    line(1, 'started', { by: 'Owner' }),
    line(2, 'refused', { step: 'process_payment', detail: 'the card was declined' }),
    line(3, 'undo_failed', { step: 'reserve_inventory', try: 3 }),
    line(4, 'compensation_failed', { step: 'reserve_inventory' }),
  ],
  signals: [],
}

function house(permissions?: Schema['Permission'][]) {
  server.use(
    answer('/v1/auth/me', me(permissions)),
    answer('/v1/inbox/counts', { unread: 0, unseen: 0 }),
    answer('/v1/integrations', []),
    http.post(`${origin}/v1/inbox/ticket`, () => HttpResponse.json(envelope({ ticket: 't', expires_at: '' }))),
    answer('/v1/sagas/sag_1', stuck as never),
  )
}

beforeEach(() => vi.stubGlobal('WebSocket', FakeSocket))
afterEach(() => void vi.unstubAllGlobals())

describe('sagas', () => {
  it('are asked for by what the address filters', async () => {
    house()
    const asked: URLSearchParams[] = []
    server.use(
      http.get(`${origin}/v1/sagas`, ({ request }) => {
        asked.push(new URL(request.url).searchParams)
        return HttpResponse.json({ ...envelope([stuck]), page: { next: null, has_more: false } })
      }),
    )
    const { router } = openApp('/sagas?state=compensation_failed&q=sag_')
    const row = await screen.findByRole('row', { name: /J-1/ })
    expect(within(row).getByText('Cannot be undone')).toBeVisible()
    expect(within(row).getByText('Reserve inventory')).toBeVisible()
    expect(within(row).getByText('Process payment: the card was declined')).toBeVisible()
    expect(Object.fromEntries(asked.at(-1) ?? [])).toMatchObject({ state: 'compensation_failed', q: 'sag_' })
    await userEvent.selectOptions(screen.getByLabelText('Status'), 'Waiting')
    await waitFor(() => expect(asked.at(-1)?.get('state')).toBe('waiting'))
    expect(router.state.location.search).toMatchObject({ state: 'waiting', q: 'sag_' })
  })

  it('say when there are none, and when none matches', async () => {
    house()
    server.use(answerPage('/v1/sagas', []))
    openApp('/sagas')
    expect(await screen.findByText('No sagas yet')).toBeVisible()
    await userEvent.selectOptions(screen.getByLabelText('Status'), 'Waiting')
    expect(await screen.findByText('No saga matches')).toBeVisible()
  })

  it('are drawn with their steps, what each said, and their story', async () => {
    house()
    openApp('/sagas/sag_1')
    expect(await screen.findByRole('heading', { name: 'Order J-1' })).toBeVisible()
    const steps = within(screen.getByRole('region', { name: 'Steps' })).getAllByRole('listitem')
    expect(steps.map((each) => each.querySelector('b')?.textContent)).toEqual([
      'Create order',
      'Reserve inventory',
      'Process payment',
      'Confirm order',
    ])
    expect(steps[1]).toHaveTextContent('Cannot be undone, 3 tries')
    expect(steps[1]).toHaveAttribute('aria-current', 'step')
    expect(steps[2]).toHaveTextContent('the card was declined')
    expect(within(steps[3] as HTMLElement).queryByText('Input')).toBeNull()
    const story = within(screen.getByRole('region', { name: 'Transitions' })).getAllByRole('listitem')
    expect(story).toHaveLength(4)
    expect(story[0]).toHaveTextContent('Started · by Owner')
    expect(story[2]).toHaveTextContent('Undoing failed · try 3')
    expect(screen.getByRole('link', { name: 'Its messages' })).toHaveAttribute('href', '/messages?trace_id=trace-1')
  })

  it('are retried once a person has confirmed it, and say what the server refuses', async () => {
    house()
    const retried: string[] = []
    server.use(
      http.post(`${origin}/v1/sagas/sag_1/retry`, ({ request }) => {
        retried.push(request.headers.get('Idempotency-Key') ?? '')
        if (retried.length === 1) return HttpResponse.json(failure(409, 'conflict'), { status: 409 })
        return HttpResponse.json(envelope({ ...stuck, state: 'compensated', fault: '' }))
      }),
    )
    openApp('/sagas/sag_1')
    const confirm = async () => {
      await userEvent.click(await screen.findByRole('button', { name: 'Retry now' }))
      const dialog = await screen.findByRole('dialog')
      await userEvent.click(within(dialog).getByRole('button', { name: 'Retry now' }))
      await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    }
    await confirm()
    expect(screen.getAllByText('Cannot be undone')[0]).toBeVisible()
    server.use(answer('/v1/sagas/sag_1', { ...stuck, state: 'compensated', fault: '' } as never))
    await confirm()
    expect((await screen.findAllByText('Undone'))[0]).toBeVisible()
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Retry now' })).toBeNull())
    expect(new Set(retried).size).toBe(2)
    expect(retried).not.toContain('')
  })

  it('offer nothing to those who may only look', async () => {
    house(['read'])
    openApp('/sagas/sag_1')
    await screen.findByRole('heading', { name: 'Order J-1' })
    expect(screen.queryByRole('button', { name: 'Retry now' })).toBeNull()
  })

  it('say that one is gone', async () => {
    house()
    server.use(refuse('/v1/sagas/sag_1', 404, 'not_found'))
    openApp('/sagas/sag_1')
    expect(await screen.findByRole('heading', { name: 'Nothing is here' })).toBeVisible()
  })
})
