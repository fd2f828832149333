import { useState } from 'react'
import { figure } from '../figures'
import { axisTop, TimeAxis, ValueAxis } from './Axis'
import { Cell } from './Cell'
import { bucketName, gridOf } from './grid'
import type { DrawProps } from './props'
import { colourOf, Fills, fillOf } from './shapes'

const height = 230
const left = 48
const bottom = 206
const head = 10

/** What happened over time, group upon group. A bucket that is not over, or only in part asked for, is dashed. */
export function Stack(props: DrawProps) {
  const { id, width, label, answer, measure, words, open } = props
  const [over, setOver] = useState<number>()
  const grid = gridOf(props)
  const column = measure.columns[0]
  if (!column) return null
  const before = previousTotals(props)
  const totals = grid.buckets.map((at) => grid.groups.reduce((sum, group) => sum + (grid.value(at, group) ?? 0), 0))
  const top = axisTop(Math.max(...totals, ...before, 1))
  const y = (value: number) => bottom - ((bottom - head) * value) / top
  const step = (width - left - 8) / Math.max(grid.buckets.length, 1)
  const bar = Math.max(1, step > 4 ? step - Math.min(4, step * 0.25) : step)
  const x = (place: number) => left + place * step + (step - bar) / 2
  const partial = new Set((answer.partial ?? []).map((at) => new Date(at).getTime()))
  return (
    <svg width={width} height={height} role="img" aria-label={label} onMouseLeave={() => setOver(undefined)}>
      <Fills id={id} />
      <ValueAxis top={top} shape={column} left={left} right={width - 8} locale={words.language} y={y} />
      {grid.buckets.map((at, place) => {
        let base = 0
        const dashed = partial.has(new Date(at).getTime())
        return (
          // biome-ignore lint/a11y/noStaticElementInteractions: pointing shows a figure that the table has as well
          <g key={at} opacity={over === undefined || over === place ? 1 : 0.62} onMouseEnter={() => setOver(place)}>
            <rect x={left + place * step} y={head} width={step} height={bottom - head} fill="transparent" />
            {grid.groups.map((group, series) => {
              const value = grid.value(at, group) ?? 0
              const row = grid.row(at, group)
              if (value === 0 || !row) return null
              const from = y(base)
              base += value
              const name = `${bucketName(at, answer, words.language)} · ${words.value(group, 'group', props.group)}: ${figure(value, column, words.language)}`
              return (
                // The first group stands lowest.
                <Cell key={group} door={open(column, row)} name={name} at={[place, -series]}>
                  <rect
                    x={x(place)}
                    y={y(base)}
                    width={bar}
                    height={Math.max(0.5, from - y(base))}
                    fill={fillOf(id, series)}
                    fillOpacity={dashed ? 0.35 : 1}
                    stroke={dashed ? colourOf(series) : 'none'}
                    strokeDasharray={dashed ? '3 2' : undefined}
                  />
                </Cell>
              )
            })}
          </g>
        )
      })}
      {before.length > 0 && (
        <path
          d={stepped(before, left, step, y)}
          fill="none"
          stroke="var(--text-dim)"
          strokeWidth={1.4}
          strokeDasharray="1 3"
          strokeLinecap="round"
          pointerEvents="none"
        />
      )}
      <TimeAxis
        names={grid.buckets.map((at) => bucketName(at, answer, words.language))}
        x={(place) => left + (place + 0.5) * step}
        y={bottom + 17}
        width={width - left}
      />
    </svg>
  )
}

/** The totals of the time before, bucket by bucket. */
function previousTotals({ answer, measure }: DrawProps): number[] {
  if (!answer.previous) return []
  const before = gridOf({ answer: { ...answer, rows: answer.previous }, measure })
  return before.buckets.map((at) => before.groups.reduce((sum, group) => sum + (before.value(at, group) ?? 0), 0))
}

function stepped(values: number[], from: number, step: number, y: (value: number) => number): string {
  return values.map((value, place) => `${place ? 'L' : 'M'}${from + (place + 0.5) * step} ${y(value)}`).join('')
}
