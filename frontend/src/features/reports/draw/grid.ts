import type { ReportColumn, Row, Value } from '../api'
import { rowsOf } from '../api'
import type { DrawProps } from './props'

/** A series report as a grid: what happened in each bucket, for each group. */
export interface Grid {
  buckets: string[]
  groups: string[]
  /** The row of a bucket and a group. */
  row: (bucket: string, group: string) => Row | undefined
  value: (bucket: string, group: string) => number | null
}

export function gridOf({ answer, measure }: Pick<DrawProps, 'answer' | 'measure'>, column?: ReportColumn): Grid {
  const rows = rowsOf(answer)
  const name = (column ?? measure.columns[0])?.name ?? ''
  const found = new Map(rows.map((row) => [`${row.at} ${row.group ?? ''}`, row]))
  const distinct = (key: string) => [...new Set(rows.map((row) => String(row[key] ?? '')))]
  const row = (bucket: string, group: string) => found.get(`${bucket} ${group}`)
  return {
    buckets: distinct('at'),
    groups: distinct('group'),
    row,
    value: (bucket, group) => amount(row(bucket, group)?.[name] ?? null),
  }
}

export function amount(value: Value): number | null {
  return typeof value === 'number' ? value : null
}

/** How the beginning of a bucket is told on an axis. */
export function bucketName(at: string, answer: { zone: string; bucket?: string | undefined }, locale: string): string {
  return new Intl.DateTimeFormat(locale, { timeZone: answer.zone, ...parts(answer.bucket), hourCycle: 'h23' }).format(
    new Date(at),
  )
}

function parts(bucket: string | undefined): Intl.DateTimeFormatOptions {
  if (bucket === 'day') return { month: 'short', day: 'numeric' }
  if (bucket === 'hour') return { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' }
  if (bucket === 'second') return { hour: '2-digit', minute: '2-digit', second: '2-digit' }
  return { hour: '2-digit', minute: '2-digit' }
}
