import { type Row, rowsOf } from '../api'
import { figure } from '../figures'
import { Cell } from './Cell'
import { amount } from './grid'
import type { DrawProps } from './props'
import { colourOf, Fills, fillOf } from './shapes'

const most = 12
const line = 13
const gap = 11

/** One bar for each figure of each row, longest first, as the report gives them. */
export function Bars(props: DrawProps) {
  const { id, width, label, answer, measure, words, open } = props
  const rows = rowsOf(answer).slice(0, most)
  const before = answer.previous ? rowsOf(answer, answer.previous as never) : []
  const columns = measure.columns.slice(0, 4)
  const texts = answer.columns.filter((name) => rows.some((row) => typeof row[name] === 'string'))
  const nameOf = (row: Row) =>
    texts
      .filter((name) => row[name] !== '' || texts.length === 1)
      .map((name) => words.value(row[name] ?? '', name, props.group))
      .join(' · ')
  const keyOf = (row: Row) => texts.map((name) => String(row[name])).join(' ')
  const longest = Math.max(...rows.map((row) => wide(nameOf(row))), 1)
  const left = Math.min(Math.max(80, width * 0.34), Math.max(64, longest * 6.9 + 14))
  const room = width - left - 70
  const top = Math.max(...rows.flatMap((row) => columns.map(({ name }) => amount(row[name] ?? null) ?? 0)), 1e-9)
  const each = columns.length * line + gap
  const height = Math.max(rows.length, 1) * each + 4
  return (
    <svg width={width} height={height} role="img" aria-label={label}>
      <Fills id={id} />
      {rows.map((row, place) => (
        <g key={keyOf(row)} transform={`translate(0 ${place * each})`}>
          <text x={left - 8} y={(each - gap) / 2 + 5} textAnchor="end" fontSize={12} fill="var(--text)">
            <title>{nameOf(row)}</title>
            {cut(nameOf(row), (left - 14) / 6.7)}
          </text>
          {columns.map((column, series) => {
            const value = amount(row[column.name] ?? null)
            const old = amount(before.find((one) => keyOf(one) === keyOf(row))?.[column.name] ?? null)
            const name = `${nameOf(row)} · ${words.column(column, props.group)}: ${figure(value, column, words.language)}`
            return (
              <Cell key={column.name} door={open(column, row)} name={name} at={[0, place * columns.length + series]}>
                <rect x={left} y={series * line + 1} width={room + 60} height={line - 2} fill="transparent" />
                <rect
                  x={left}
                  y={series * line + 1}
                  width={Math.max(value ? 1 : 0, (room * (value ?? 0)) / top)}
                  height={line - 3}
                  rx={2}
                  fill={fillOf(id, series)}
                />
                {old !== null && (
                  <path
                    d={`M${left + Math.min(room, (room * old) / top)} ${series * line}v${line - 1}`}
                    stroke="var(--text)"
                    strokeWidth={2}
                  />
                )}
                <text
                  x={left + (room * (value ?? 0)) / top + 6}
                  y={series * line + line - 3.5}
                  fontSize={11}
                  fill={value === null ? 'var(--text-dim)' : 'var(--text)'}
                  stroke="none"
                >
                  {figure(value, column, words.language)}
                </text>
              </Cell>
            )
          })}
          <path d={`M${left} 0V${each - gap}`} stroke={colourOf(0)} strokeOpacity={0.35} />
        </g>
      ))}
    </svg>
  )
}

/** About how many letters of the Latin kind a text is as wide as. */
const wide = (text: string) => [...text].reduce((sum, letter) => sum + (letter > '\u2e80' ? 1.8 : 1), 0)

/** Cuts a name that has no room; the whole of it is said on pointing. */
function cut(text: string, room: number): string {
  if (wide(text) <= room) return text
  const letters = [...text]
  while (letters.length > 1 && wide(letters.join('')) > room - 1) letters.pop()
  return `${letters.join('')}…`
}
