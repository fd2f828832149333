import type { TFunction } from 'i18next'
import type { ReportColumn, Value } from './api'

type Shape = Pick<ReportColumn, 'type' | 'unit'>

/** A figure as people read it: 12,345, 98.2 %, 1.6 s, 24 kB. Nothing is a dash. */
export function figure(value: Value, { type, unit }: Shape, locale: string): string {
  if (value === null || typeof value === 'string') return value || '–'
  if (type === 'ratio') return percent(value, locale)
  if (unit === 'us') return duration(value, locale)
  if (unit === 'bytes') return bytes(value, locale)
  if (unit === 'micros') return number(value / 1_000_000, locale, value < 1_000_000 && value > 0 ? 4 : 2)
  return number(value, locale, type === 'number' ? 2 : 0)
}

/** The same, short enough for an axis. */
export function tick(value: number, shape: Shape, locale: string): string {
  const plain = shape.type !== 'ratio' && shape.unit !== 'us' && shape.unit !== 'bytes' && shape.unit !== 'micros'
  if (!plain || value < 1000) return figure(value, shape, locale)
  return new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 }).format(value)
}

function number(value: number, locale: string, digits: number): string {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value)
}

function percent(value: number, locale: string): string {
  const digits = value > 0 && value < 0.01 ? 2 : 1
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: digits }).format(value)
}

const steps: [number, string][] = [
  [3_600_000_000, 'h'],
  [60_000_000, 'min'],
  [1_000_000, 's'],
  [1000, 'ms'],
]

function duration(us: number, locale: string): string {
  const [size, unit] = steps.find(([length]) => us >= length) ?? [1, 'µs']
  const value = us / size
  return `${number(value, locale, value < 10 && size > 1000 ? 1 : 0)} ${unit}`
}

const sizes = ['B', 'kB', 'MB', 'GB', 'TB']

function bytes(value: number, locale: string): string {
  let step = 0
  let left = value
  while (left >= 1000 && step < sizes.length - 1) {
    left /= 1000
    step++
  }
  return `${number(left, locale, left < 10 && step > 0 ? 1 : 0)} ${sizes[step]}`
}

/** How a figure has changed since the time before: the words, and whether it rose. */
export function change(now: Value, before: Value, shape: Shape, t: TFunction, locale: string) {
  if (typeof now !== 'number' || typeof before !== 'number') return undefined
  if (shape.type === 'ratio') {
    // What is shown as nothing is no change, neither good nor bad.
    const moved = Math.round((now - before) * 1000) / 10
    const points = number(Math.abs(moved), locale, 1)
    return { rose: Math.sign(moved), text: t('reports.points', { count: Math.abs(moved), shown: points }) }
  }
  const rose = Math.abs(now - before) < Math.abs(before) * 0.0005 ? 0 : Math.sign(now - before)
  if (before === 0) return now === 0 ? { rose, text: percent(0, locale) } : undefined
  if (now >= before * 10) return { rose, text: `${number(now / before, locale, 0)} ×` }
  return { rose, text: percent(Math.abs(now - before) / before, locale) }
}

/** A step that leaves at most so many round marks between zero and the top. */
export function niceStep(top: number, marks: number): number {
  if (top <= 0) return 1
  const rough = top / marks
  const power = 10 ** Math.floor(Math.log10(rough))
  const found = [1, 2, 2.5, 5, 10].find((each) => each * power >= rough) ?? 10
  return found * power
}
