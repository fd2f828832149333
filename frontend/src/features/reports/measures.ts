import type { Report, ReportColumn } from './api'

/** A way to draw the rows of a report: columns that share a unit, and so an axis. */
export interface Measure {
  key: string
  columns: ReportColumn[]
}

/** The columns that can be drawn, those together that can share an axis. What counts the rows comes first. */
export function measuresOf(report: Report): Measure[] {
  const figures = report.columns.filter(({ type, name }) => type !== 'text' && type !== 'time' && !isAxis(report, name))
  const found = new Map<string, ReportColumn[]>()
  for (const column of figures) {
    const key = keyOf(column)
    found.set(key, [...(found.get(key) ?? []), column])
  }
  return [...found].map(([key, columns]) => ({ key, columns }))
}

/** In a heat map, these are its sides. */
function isAxis(report: Report, name: string): boolean {
  return report.chart === 'heat' && (name === 'weekday' || name === 'hour')
}

/** Shares of a whole and rates of a row do not belong on one axis; averages and sums neither. */
function keyOf({ type, unit, name }: ReportColumn): string {
  if (type === 'ratio') return name === 'share' ? 'share' : 'rate'
  return `${type === 'number' ? 'each' : 'sum'}_${unit ?? 'count'}`
}

/** What is drawn before anybody chose: times where there are any, then rates, then what is counted. */
export function usualMeasure(report: Report): Measure | undefined {
  const all = measuresOf(report)
  if (report.chart === 'stack' || report.chart === 'heat' || report.chart === 'funnel') return all[0]
  const find = (key: string) => all.find((measure) => measure.key === key)
  return find('each_us') ?? find('rate') ?? find('sum_parts') ?? all[0]
}
