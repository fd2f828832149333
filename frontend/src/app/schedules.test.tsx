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

const news: Schema['Schedule'] = {
  id: 'sch_1',
  name: 'Weekly news',
  state: 'active',
  rule: { kind: 'weekly', times: ['09:00'], weekdays: ['mon', 'fri'] },
  zone: 'Europe/Berlin',
  missed: 'skip',
  target: { kind: 'event', type: 'news.due', to: ['ada', { group: 'ops' }] },
  revision: 1,
  next_at: '2030-01-04T08:00:00Z',
  fires: 1204,
  source: 'admin',
  created_by: 'Bo',
  created_at: at,
  updated_at: at,
}

const skipped = {
  at: '2026-03-29T01:00:00Z',
  local: '2026-03-29T03:00:00',
  note: { code: 'skipped' as const, wall: '2026-03-29T02:30:00', detail: 'told by the server' },
}

/** What the pages of schedules ask for; what was asked to be previewed. */
function house(permissions?: Schema['Permission'][]) {
  const previewed: Schema['SchedulePreview'][] = []
  server.use(
    answer('/v1/auth/me', me(permissions)),
    answer('/v1/inbox/counts', { unread: 0, unseen: 0 }),
    answer('/v1/integrations', []),
    http.post(`${origin}/v1/inbox/ticket`, () => HttpResponse.json(envelope({ ticket: 't', expires_at: '' }))),
    answerPage('/v1/workflows', []),
    answerPage('/v1/segments', []),
    answerPage('/v1/groups', []),
    answerPage('/v1/templates', []),
    answerPage('/v1/schedules', [news as never]),
    answer('/v1/schedules/sch_1', news as never),
    answer('/v1/schedules/sch_1/next', [skipped]),
    answerPage('/v1/schedules/sch_1/fires', [
      { id: 'sfr_2', schedule_id: 'sch_1', planned_at: at, status: 'skipped', missed: 3, tries: 0 },
      { id: 'sfr_1', schedule_id: 'sch_1', planned_at: at, fired_at: at, status: 'fired', ref: 'evt_1', tries: 1 },
    ]),
    http.post(`${origin}/v1/schedules/preview`, async ({ request }) => {
      const plan = (await request.json()) as Schema['SchedulePreview']
      previewed.push(plan)
      if (plan.rule.cron !== 'soon') {
        return HttpResponse.json({ ...envelope([skipped]), page: { next: null, has_more: false } })
      }
      const body = failure(422, 'validation_failed')
      body.error.fields = [{ path: 'rule.cron', code: 'invalid_cron', detail: 'must be a cron expression' }] as never
      return HttpResponse.json(body, { status: 422 })
    }),
  )
  return previewed
}

beforeEach(() => vi.stubGlobal('WebSocket', FakeSocket))
afterEach(() => void vi.unstubAllGlobals())

describe('schedules', () => {
  it('are listed with their rule in words, what they cause and when they come next', async () => {
    house()
    openApp('/schedules')
    const row = await screen.findByRole('row', { name: /Weekly news/ })
    expect(within(row).getByText('Active')).toBeVisible()
    expect(within(row).getByText('Mon and Fri at 09:00')).toBeVisible()
    expect(within(row).getByText('Event · news.due')).toBeVisible()
    expect(screen.getByRole('link', { name: 'New schedule' })).toHaveAttribute('href', '/schedules/new')
    expect(screen.getByRole('link', { name: 'Calendar' })).toHaveAttribute('href', '/schedules/calendar')
  })

  it('are written with their next times and what clocks do to them in sight', async () => {
    const previewed = house()
    const made: Schema['ScheduleInput'][] = []
    server.use(
      http.post(`${origin}/v1/schedules`, async ({ request }) => {
        made.push((await request.json()) as Schema['ScheduleInput'])
        return HttpResponse.json({ ...envelope(news), code: 201 }, { status: 201 })
      }),
    )
    const { router } = openApp('/schedules/new')
    const preview = await screen.findByRole('region', { name: 'Next times' })
    expect(await within(preview).findByText(/02:30 does not exist on .*29.*2026.*It happens at 03:00\./)).toBeVisible()
    await userEvent.selectOptions(screen.getByLabelText('How often'), 'Every so often')
    await waitFor(() => expect(previewed.at(-1)?.rule).toEqual({ kind: 'every', every: { n: 30, unit: 'minute' } }))
    await userEvent.type(screen.getByLabelText(/^Name/), 'Reminder')
    await userEvent.type(screen.getByRole('combobox', { name: /^Event type/ }), 'news.due')
    await userEvent.type(screen.getByLabelText('Recipients'), 'ada')
    await userEvent.click(screen.getByRole('radio', { name: /^Once for all of them/ }))
    await userEvent.click(screen.getByRole('button', { name: 'Create' }))
    await waitFor(() => expect(router.state.location.pathname).toBe('/schedules/sch_1'))
    expect(made[0]).toMatchObject({
      name: 'Reminder',
      rule: { kind: 'every', every: { n: 30, unit: 'minute' } },
      missed: 'once',
      target: { kind: 'event', type: 'news.due', to: ['ada'] },
    })
  })

  it('say what is wrong with a rule while it is typed', async () => {
    house()
    openApp('/schedules/new')
    await userEvent.selectOptions(await screen.findByLabelText('How often'), 'Cron expression')
    const cron = screen.getByRole('textbox', { name: 'Cron expression' })
    await userEvent.clear(cron)
    await userEvent.type(cron, 'soon')
    expect(await screen.findByText('cron: must be a cron expression')).toBeVisible()
  })

  it('show what came of their times, each a door', async () => {
    house()
    openApp('/schedules/sch_1')
    expect(await screen.findByRole('heading', { name: 'Weekly news' })).toBeVisible()
    expect(await screen.findByRole('link', { name: /evt_1/ })).toHaveAttribute('href', '/events/evt_1')
    expect(screen.getByText('3 times were missed: nobody looked for them in time.')).toBeVisible()
    const target = screen.getByRole('region', { name: 'What it causes' })
    expect(within(target).getByRole('link', { name: 'ops' })).toHaveAttribute('href', '/groups/ops')
  })

  it('are paused at once, and go back to what they were when the server says no', async () => {
    house()
    let asked = 0
    server.use(
      http.post(`${origin}/v1/schedules/sch_1/pause`, () => {
        asked += 1
        return HttpResponse.json(failure(409, 'conflict'), { status: 409 })
      }),
    )
    openApp('/schedules/sch_1')
    await userEvent.click(await screen.findByRole('button', { name: 'Pause' }))
    await waitFor(() => expect(asked).toBe(1))
    expect(await screen.findByRole('button', { name: 'Pause' })).toBeVisible()
    expect(screen.getByText('Active')).toBeVisible()
  })

  it('are deleted once a person has confirmed it', async () => {
    house()
    const gone: string[] = []
    server.use(
      http.delete(`${origin}/v1/schedules/:id`, ({ params }) => {
        gone.push(`${params.id}`)
        return HttpResponse.json(envelope(null))
      }),
    )
    const { router } = openApp('/schedules/sch_1')
    await userEvent.click(await screen.findByRole('button', { name: 'Delete' }))
    const dialog = await screen.findByRole('dialog')
    await userEvent.click(within(dialog).getByRole('button', { name: 'Delete' }))
    await waitFor(() => expect(router.state.location.pathname).toBe('/schedules'))
    expect(gone).toEqual(['sch_1'])
  })

  it('cannot be changed by those who may only look', async () => {
    house(['read', 'schedules:read'])
    openApp('/schedules/sch_1?tab=edit')
    expect(await screen.findByLabelText(/^Name/)).toBeDisabled()
    expect(screen.queryByRole('button', { name: 'Pause' })).toBeNull()
    expect(screen.queryByRole('button', { name: 'Delete' })).toBeNull()
  })
})

describe('the calendar', () => {
  const entry = (time: string, id: string): Schema['ScheduleEntry'] => ({
    at: time,
    kind: 'schedule',
    id,
    name: `Job ${id}`,
    target: 'event',
    status: 'planned',
  })
  const show = (entries: Schema['ScheduleEntry'][]) => {
    const asked: URLSearchParams[] = []
    server.use(
      http.get(`${origin}/v1/schedules/calendar`, ({ request }) => {
        asked.push(new URL(request.url).searchParams)
        return HttpResponse.json(envelope({ entries, truncated: false, dense: ['sch_1'] }))
      }),
    )
    return asked
  }
  const busy = Array.from({ length: 15 }, (_, hour) =>
    entry(`2026-11-22T${`${hour}`.padStart(2, '0')}:00:00Z`, `sch_${hour}`),
  )

  it('asks for the whole weeks of a month in its zone, and says how much more a day holds', async () => {
    house()
    const asked = show(busy)
    openApp('/schedules/calendar?date=2026-11-22&zone=Asia/Shanghai')
    expect(await screen.findByRole('heading', { name: 'November 2026' })).toBeVisible()
    expect(await screen.findByRole('link', { name: '08:00, Job sch_0, To come' })).toHaveAttribute(
      'href',
      '/schedules/sch_0',
    )
    expect(Object.fromEntries(asked[0] ?? [])).toEqual({
      from: '2026-10-25T16:00:00.000Z',
      to: '2026-12-06T16:00:00.000Z',
    })
    const more = screen.getByRole('link', { name: /^13 more on .*22/ })
    expect(more).toHaveTextContent('+13 more')
    await userEvent.click(more)
    expect(await screen.findByRole('link', { name: '22:00, Job sch_14, To come' })).toBeVisible()
    expect(screen.getByText('1 schedule happens too often to show each time.')).toBeVisible()
  })

  it('is walked through by keys', async () => {
    house()
    show([])
    const { router } = openApp('/schedules/calendar?date=2026-11-22&zone=UTC')
    const day = await screen.findByRole('link', { name: /22.* 0 entries/ })
    day.focus()
    await userEvent.keyboard('{ArrowRight}')
    await waitFor(() => expect(router.state.location.search).toMatchObject({ date: '2026-11-23' }))
    await waitFor(() => expect(document.activeElement).toHaveAttribute('data-day', '2026-11-23'))
    await userEvent.keyboard('{PageDown}')
    expect(await screen.findByRole('heading', { name: 'December 2026' })).toBeVisible()
    await waitFor(() => expect(document.activeElement).toHaveAttribute('data-day', '2026-12-23'))
    await userEvent.keyboard('{Home}{ArrowUp}')
    await waitFor(() => expect(router.state.location.search).toMatchObject({ date: '2026-12-14' }))
  })

  it('says when nothing is planned, and has a week and a list', async () => {
    house()
    const asked = show([])
    openApp('/schedules/calendar?view=list&date=2026-11-22&zone=UTC')
    expect(await screen.findByText('Nothing is planned')).toBeVisible()
    await userEvent.click(screen.getByRole('radio', { name: 'Week' }))
    await waitFor(() => expect(asked.at(-1)?.get('from')).toBe('2026-11-16T00:00:00.000Z'))
    await userEvent.click(screen.getByRole('button', { name: 'Later' }))
    await waitFor(() => expect(asked.at(-1)?.get('from')).toBe('2026-11-23T00:00:00.000Z'))
  })
})
