import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { HttpResponse, http } from 'msw'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Schema } from '../lib/api'
import { answer, envelope, me } from '../testing/answers'
import { FakeSocket } from '../testing/fake-socket'
import { openApp } from '../testing/render'
import { server } from '../testing/server'

const one = '/v1/recipient-imports/imp_1'
let file: Schema['RecipientImport']
let began: unknown
let checked: unknown

const page = { next: null, has_more: false }
const at = (path: string) => `${location.origin}${path}`
const moved = (path: string, change: () => Promise<Partial<Schema['RecipientImport']>>) =>
  http.post(at(path), async () => {
    file = { ...file, ...(await change()) }
    return HttpResponse.json(envelope(file))
  })

beforeEach(() => {
  vi.stubGlobal('WebSocket', FakeSocket)
  file = {
    id: 'imp_1',
    name: 'points.csv',
    state: 'uploading',
    purpose: 'audience',
    format: 'csv',
    unknown: 'create',
    columns: [],
    group: '',
    size: 20,
    read: 0,
    rows: 0,
    faulty: 0,
    stored: 0,
    created_by: 'Bo',
    created_at: '2026-06-15T12:00:00Z',
    updated_at: '2026-06-15T12:00:00Z',
  }
  server.use(
    answer('/v1/auth/me', me()),
    answer('/v1/inbox/counts', { unread: 0, unseen: 0 }),
    http.post(at('/v1/inbox/ticket'), () => HttpResponse.json(envelope({ ticket: 't', expires_at: '' }))),
    ...['segments', 'groups', 'categories', 'templates', 'workflows'].map((list) =>
      http.get(at(`/v1/${list}`), () => HttpResponse.json({ ...envelope([]), page })),
    ),
    http.post(at('/v1/recipient-imports'), async ({ request }) => {
      began = await request.json()
      return HttpResponse.json(envelope(file), { status: 201 })
    }),
    http.put(at(`${one}/parts/1`), () => HttpResponse.json(envelope(null))),
    http.get(at(one), () => HttpResponse.json(envelope(file))),
    answer(`${one}/columns`, [
      { name: 'id', samples: ['a'], guess: { to: 'id' } },
      { name: 'points', samples: ['41'], guess: { to: 'data.points', type: 'number' } },
    ]),
    http.get(at(`${one}/faults`), () =>
      HttpResponse.json({
        ...envelope([
          { line: 3, row: 'b,many', faults: [{ column: 'points', code: 'not_a_number', detail: 'is no number' }] },
        ]),
        page,
      }),
    ),
    http.post(at(`${one}/check`), async ({ request }) => {
      checked = await request.json()
      file = {
        ...file,
        state: 'checked',
        rows: 2,
        faulty: 1,
        columns: [{ to: 'id' }, { to: 'data.points', type: 'number' }],
      }
      return HttpResponse.json(envelope(file))
    }),
    moved(`${one}/start`, async () => ({ state: 'done', stored: 1 })),
  )
})
afterEach(() => void vi.unstubAllGlobals())

describe('a file as the audience of a broadcast', () => {
  it('is uploaded, mapped, shown with every faulty row, and only then taken', async () => {
    const user = userEvent.setup()
    openApp('/broadcasts/new')
    await user.selectOptions(await screen.findByLabelText('Ids that nobody has'), 'create')
    const input = document.querySelector<HTMLInputElement>('input[type="file"]')
    expect(input).not.toBeNull()
    await user.upload(
      input as HTMLInputElement,
      new File(['id,points\na,41\nb,many\n'], 'points.csv', { type: 'text/csv' }),
    )
    await screen.findByText('points.csv')
    expect(began).toEqual({ name: 'points.csv', purpose: 'audience', format: 'csv', unknown: 'create' })

    await user.click(await screen.findByRole('button', { name: 'Check all rows' }))
    await screen.findByText('1 rows can be taken, 1 cannot.', { exact: false })
    expect(checked).toEqual({ columns: [{ to: 'id' }, { to: 'data.points', type: 'number' }] })
    await screen.findByText('is no number', { exact: false })
    expect(screen.getByRole('button', { name: 'File: the rows of points.csv are not taken yet.' })).toBeVisible()
    await user.click(screen.getByRole('button', { name: 'Take 1 row' }))
    await screen.findByText('1 rows taken, 1 left out.', { exact: false })
    await user.click(screen.getByRole('button', { name: 'Remove the file' }))
    await waitFor(() => expect(screen.queryByText('points.csv')).toBeNull())
  })
})
