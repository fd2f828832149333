import { act, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { HttpResponse, http } from 'msw'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Schema } from '../lib/api'
import { answer, envelope, me } from '../testing/answers'
import { FakeSocket } from '../testing/fake-socket'
import { openApp } from '../testing/render'
import { server } from '../testing/server'

const path = '/v1/sources/shop/hook'
const address = '/settings/sources/shop/webhook'

/** As the server tells it: what is empty is left out. */
const hook: Schema['Hook'] = {
  source: 'shop',
  enabled: true,
  scheme: 'standard',
  secrets: 1,
  mapping: { type: 'type', types: { paid: 'order.paid' }, to: [{ id: 'data.user_id' }] },
  updated_at: '2026-06-15T12:00:00Z',
  last: {},
}
let saved: Schema['HookInput'][]

beforeEach(() => {
  vi.stubGlobal('WebSocket', FakeSocket)
  saved = []
  server.use(
    answer('/v1/auth/me', me()),
    answer('/v1/inbox/counts', { unread: 0, unseen: 0 }),
    answer(path, hook),
    http.post(`${location.origin}/v1/inbox/ticket`, () => HttpResponse.json(envelope({ ticket: 't', expires_at: '' }))),
    http.post(`${location.origin}${path}/try`, () => HttpResponse.json(envelope({ event: null, ignored: '' }))),
    http.put(`${location.origin}${path}`, async ({ request }) => {
      const body = (await request.json()) as Schema['HookInput']
      saved.push(body)
      return HttpResponse.json(envelope({ ...hook, enabled: body.enabled, secrets: 2 }))
    }),
  )
})
afterEach(() => void vi.unstubAllGlobals())

const types = async () => within(await screen.findByRole('group', { name: 'Event types' }))
const save = () => screen.getByRole('button', { name: 'Save' })

describe('the form of a webhook', () => {
  it('has nothing to save before something is written, nor after it is taken back', async () => {
    const user = userEvent.setup()
    openApp(address)
    const name = await screen.findByLabelText('Name')
    expect(save()).toBeDisabled()
    await user.type(name, 'x')
    expect(save()).toBeEnabled()
    await user.clear(name)
    expect(save()).toBeDisabled()
  })

  it('is saved when it was saved, with what the server leaves out, and forgets the secret', async () => {
    const user = userEvent.setup()
    openApp(address)
    const secret = await screen.findByLabelText('Secret', { selector: 'input' })
    await user.type(secret, 'sixteen bytes and more')
    await user.click(screen.getByRole('switch', { name: 'Take webhooks' }))
    await user.click(save())
    await waitFor(() => expect(save()).toBeDisabled())
    expect(saved).toHaveLength(1)
    expect(saved[0]).toMatchObject({ secret: 'sixteen bytes and more', enabled: false })
    expect(secret).toHaveValue('')
    expect(screen.getByRole('switch', { name: 'Take webhooks' })).not.toBeChecked()
  })

  it('says that a name stands there twice, and keeps the first', async () => {
    const user = userEvent.setup()
    openApp(address)
    const rows = await types()
    await user.click(rows.getByRole('button', { name: 'Add a row' }))
    await user.type(rows.getAllByLabelText('In the payload')[1] as HTMLElement, 'paid')
    await user.type(rows.getAllByLabelText('Event type')[1] as HTMLElement, 'order.stolen')
    expect(rows.getByText('This stands there already')).toBeVisible()
    await user.click(screen.getByRole('switch', { name: 'Take webhooks' }))
    await user.click(save())
    await waitFor(() => expect(saved).toHaveLength(1))
    expect(saved[0]?.mapping.types).toEqual({ paid: 'order.paid' })
  })

  it('puts back the rows that were there when it is discarded', async () => {
    const user = userEvent.setup()
    openApp(address)
    const rows = await types()
    await user.click(rows.getByRole('button', { name: 'Remove row 1' }))
    expect(rows.queryByLabelText('In the payload')).toBeNull()
    await user.click(screen.getByRole('button', { name: 'Discard changes' }))
    expect(rows.getByLabelText('In the payload')).toHaveValue('paid')
    expect(save()).toBeDisabled()
  })

  it('says that somebody else has saved meanwhile, and shows theirs when asked', async () => {
    const user = userEvent.setup()
    const { queries } = openApp(address)
    const type = await screen.findByLabelText(/What happened/)
    await user.type(type, '.mine')
    server.use(answer(path, { ...hook, mapping: { ...hook.mapping, type: 'kind' } }))
    await act(() => queries.invalidateQueries())
    expect(await screen.findByText('Somebody else changed it meanwhile')).toBeVisible()
    expect(type).toHaveValue('type.mine')
    await user.click(screen.getByRole('button', { name: 'Show theirs' }))
    expect(type).toHaveValue('kind')
  })
})
