import { rowsOf } from '../api'
import { figure } from '../figures'
import { Cell } from './Cell'
import { amount } from './grid'
import type { DrawProps } from './props'
import { Fills, fillOf } from './shapes'

const each = 46

/** How many come how far: each stage with its share of the first. */
export function Funnel({ id, width, label, answer, measure, words, group, open }: DrawProps) {
  const rows = rowsOf(answer)
  const column = measure.columns[0]
  if (!column) return null
  const first = amount(rows[0]?.[column.name] ?? null) ?? 0
  const left = 92
  const room = width - left - 130
  return (
    <svg width={width} height={rows.length * each + 4} role="img" aria-label={label}>
      <Fills id={id} />
      {rows.map((row, place) => {
        const value = amount(row[column.name] ?? null) ?? 0
        const stage = words.value(row.stage ?? '', 'stage', group)
        const share = first > 0 ? value / first : null
        const told = `${figure(value, column, words.language)}${place > 0 && share !== null ? ` · ${figure(share, { type: 'ratio' }, words.language)}` : ''}`
        const wide = first > 0 ? Math.max(1, room * (value / first)) : 0
        return (
          <Cell key={String(row.stage)} door={open(column, row)} name={`${stage}: ${told}`} at={[0, place]}>
            <text x={left - 10} y={place * each + 22} textAnchor="end" fontSize={12} fill="var(--text)">
              {stage}
            </text>
            <rect x={left} y={place * each + 4} width={room} height={28} rx={4} fill="var(--sunken)" />
            <rect x={left} y={place * each + 4} width={wide} height={28} rx={4} fill={fillOf(id, place)} />
            <text x={left + room + 10} y={place * each + 22} fontSize={12} fill="var(--text)">
              {told}
            </text>
          </Cell>
        )
      })}
    </svg>
  )
}
