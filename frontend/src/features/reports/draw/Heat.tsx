import { rowsOf } from '../api'
import { figure } from '../figures'
import { Cell } from './Cell'
import { amount } from './grid'
import type { DrawProps } from './props'

const left = 44
const head = 18
const high = 24

/** The hours of the week: the darker, the more. The figure is said on pointing and stands in the table. */
export function Heat({ width, label, answer, measure, words, open }: DrawProps) {
  const rows = rowsOf(answer)
  const column = measure.columns[0]
  if (!column) return null
  const top = Math.max(...rows.map((row) => amount(row[column.name] ?? null) ?? 0), 1)
  const step = (width - left - 4) / 24
  return (
    <svg width={width} height={head + 7 * high + 6} role="img" aria-label={label}>
      {Array.from({ length: 8 }, (_, place) => place * 3).map((hour) => (
        <text key={hour} x={left + hour * step} y={11} fontSize={11} fill="var(--text-dim)">
          {hour === 24 ? '' : `${String(hour).padStart(2, '0')}:00`}
        </text>
      ))}
      {Array.from({ length: 7 }, (_, day) => (
        <text
          key={dayName(day + 1, words.language)}
          x={left - 8}
          y={head + day * high + 16}
          textAnchor="end"
          fontSize={11}
          fill="var(--text-dim)"
        >
          {dayName(day + 1, words.language)}
        </text>
      ))}
      {rows.map((row) => {
        const value = amount(row[column.name] ?? null) ?? 0
        const [day, hour] = [Number(row.weekday), Number(row.hour)]
        const name = `${dayName(day, words.language)} ${String(hour).padStart(2, '0')}:00 · ${figure(value, column, words.language)}`
        return (
          <Cell key={`${day} ${hour}`} door={open(column, row)} name={name} at={[hour, day]}>
            <rect
              x={left + hour * step}
              y={head + (day - 1) * high}
              width={Math.max(1, step - 2)}
              height={high - 2}
              rx={3}
              fill={value === 0 ? 'var(--sunken)' : 'var(--series-1)'}
              fillOpacity={value === 0 ? 1 : 0.12 + 0.88 * Math.sqrt(value / top)}
            />
          </Cell>
        )
      })}
    </svg>
  )
}

/** Monday is 1. */
export function dayName(day: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' }).format(Date.UTC(2024, 0, day))
}
