import { figure } from '../figures'
import { axisTop, TimeAxis, ValueAxis } from './Axis'
import { Cell } from './Cell'
import { bucketName, gridOf } from './grid'
import type { DrawProps } from './props'
import { colourOf, dashOf, Mark } from './shapes'

const height = 230
const left = 48
const bottom = 206
const head = 10

/** One line for each group. The way into a bucket that is not over is dashed finely. */
export function Lines(props: DrawProps) {
  const { width, label, answer, measure, words, open } = props
  const column = measure.columns.find(({ type }) => type === 'ratio') ?? measure.columns[0]
  if (!column) return null
  const grid = gridOf(props, column)
  const values = grid.groups.flatMap((group) => grid.buckets.map((at) => grid.value(at, group) ?? 0))
  const top = column.type === 'ratio' ? 1 : axisTop(Math.max(...values, 0))
  const y = (value: number) => bottom - ((bottom - head) * value) / top
  const step = (width - left - 20) / Math.max(grid.buckets.length - 1, 1)
  const x = (place: number) => left + 6 + place * step
  const partial = new Set((answer.partial ?? []).map((at) => new Date(at).getTime()))
  const open_ = (place: number) => partial.has(new Date(grid.buckets[place] ?? '').getTime())
  return (
    <svg width={width} height={height} role="img" aria-label={label}>
      <ValueAxis top={top} shape={column} left={left} right={width - 8} locale={words.language} y={y} />
      {grid.groups.map((group, series) => {
        const points = grid.buckets.map((at, place) => ({ at, place, value: grid.value(at, group) }))
        const known = points.filter((point): point is typeof point & { value: number } => point.value !== null)
        const whole = known.filter(({ place }) => !(open_(place) && place === grid.buckets.length - 1))
        const last = known.at(-1)
        const end = whole.at(-1)
        return (
          <g key={group}>
            <path
              d={pathOf(whole, x, y)}
              fill="none"
              stroke={colourOf(series)}
              strokeWidth={1.8}
              strokeDasharray={dashOf(series)}
            />
            {last && end && last !== end && (
              <path d={pathOf([end, last], x, y)} stroke={colourOf(series)} strokeWidth={1.2} strokeDasharray="1 3" />
            )}
            {known.length <= 80 &&
              known.map(({ at, place, value }) => {
                const row = grid.row(at, group)
                const name = `${bucketName(at, answer, words.language)} · ${words.value(group, 'group', props.group)}: ${figure(value, column, words.language)}`
                return (
                  <Cell key={at} door={row && open(column, row)} name={name} at={[place, series]}>
                    <Mark place={series} x={x(place)} y={y(value)} size={step < 14 ? 2.2 : 3} />
                  </Cell>
                )
              })}
          </g>
        )
      })}
      <TimeAxis
        names={grid.buckets.map((at) => bucketName(at, answer, words.language))}
        x={x}
        y={bottom + 17}
        width={width - left}
      />
    </svg>
  )
}

interface Point {
  place: number
  value: number
}

/** A line breaks where nothing is known. */
function pathOf(points: Point[], x: (place: number) => number, y: (value: number) => number): string {
  return points
    .map(({ place, value }, index) => {
      const joined = index > 0 && (points[index - 1]?.place === place - 1 || points.length === 2)
      return `${joined ? 'L' : 'M'}${x(place).toFixed(1)} ${y(value).toFixed(1)}`
    })
    .join('')
}
