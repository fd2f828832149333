import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { type Answer, api, type Schema, unwrap, unwrapPage } from '../../lib/api'
import type { paths } from '../../lib/api-schema.gen'
import { freshKey } from '../../lib/fresh-key'
import { type Ask, filterNames, spans, times } from './ask'

export type Report = Schema['Report']
export type ReportColumn = Schema['ReportColumn']
export type ReportAnswer = Schema['ReportAnswer']
export type Value = string | number | null
type Query = NonNullable<paths['/v1/reports/{id}']['get']['parameters']['query']>

/** The menu changes with a release, not while one looks. */
export const menuQuery = queryOptions({
  queryKey: ['reports', 'menu'] as const,
  staleTime: 300_000,
  queryFn: async ({ signal }): Promise<Report[]> => (await unwrapPage(api.GET('/v1/reports', { signal }))).rows,
})

/** What one report is asked, without the time, which moves. */
export function askedOf(report: Report, ask: Ask, group: string | undefined): Query {
  const takes = (name: string) => report.params.some((param) => param.name === name)
  const query: Query = { zone: ask.zone }
  if (ask.compare) query.compare = 'previous'
  if (group && takes('group')) query.group = group
  for (const name of filterNames) {
    const value = ask.filters[name]
    if (value && takes(name)) query[name] = value
  }
  return query
}

/** The filters of the page that a report cannot be asked by. */
export function notTaken(report: Report, ask: Ask) {
  return filterNames.filter((name) => ask.filters[name] && !report.params.some((param) => param.name === name))
}

export function reportQuery(report: Report, ask: Ask, group?: string) {
  const query = askedOf(report, ask, group)
  return queryOptions({
    queryKey: ['reports', 'answer', report.id, ask.span ?? `${ask.from} ${ask.to}`, query] as const,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
    refetchInterval: ask.span ? spans[ask.span].again : false,
    queryFn: ({ signal }) => readReport(report.id, { ...query, ...times(ask) }, signal),
  })
}

function readReport(id: string, query: Query, signal: AbortSignal): Promise<ReportAnswer> {
  const call = api.GET('/v1/reports/{id}', { params: { path: { id }, query }, signal })
  // The other form of the answer, a table file, was not asked for.
  return unwrap(call as Promise<Answer<{ data: ReportAnswer }>>)
}

/** Sends a report by email now. */
export function sendReport(
  id: string,
  body: { params: Record<string, string>; recipients: Schema['To'][]; format: 'table' | 'brief' },
) {
  return unwrap(api.POST('/v1/reports/{id}/send', { params: { path: { id } }, body }))
}

/** Sends a report by email at the times of a schedule. */
export async function scheduleReport(body: Schema['ScheduleInput']): Promise<unknown> {
  return unwrap(api.POST('/v1/schedules', { params: { header: { 'Idempotency-Key': freshKey() } }, body }))
}

/** A row by the names of its columns. */
export type Row = Record<string, Value>

export function rowsOf(answer: ReportAnswer, rows: Value[][] = answer.rows as Value[][]): Row[] {
  return rows.map((row) => Object.fromEntries(answer.columns.map((name, place) => [name, row[place] ?? null])))
}

/** The address of the same answer as a table file. */
export function csvAddress(report: Report, ask: Ask, group?: string): string {
  const words = new URLSearchParams({ format: 'csv' })
  for (const [name, value] of Object.entries({ ...askedOf(report, ask, group), ...times(ask) })) {
    words.set(name, String(value))
  }
  return `/v1/reports/${encodeURIComponent(report.id)}?${words}`
}
