import type { ReportColumn } from '../api'
import { niceStep, tick } from '../figures'

interface Props {
  top: number
  shape: Pick<ReportColumn, 'type' | 'unit'>
  left: number
  right: number
  locale: string
  y: (value: number) => number
}

/** The marks and lines of what is measured, from zero up. */
export function ValueAxis({ top, shape, left, right, locale, y }: Props) {
  return (
    <g aria-hidden>
      {marksTo(top, shape).map((value) => (
        <g key={value}>
          <path d={`M${left} ${y(value)}H${right}`} stroke="var(--line)" strokeWidth={1} />
          <text x={left - 6} y={y(value) + 3.5} textAnchor="end" fontSize={11} fill="var(--text-dim)">
            {tick(value, shape, locale)}
          </text>
        </g>
      ))}
    </g>
  )
}

/** Where an axis has its marks; half a message is never one. */
export function marksTo(top: number, { type, unit }: Props['shape']): number[] {
  const step = niceStep(top, 4)
  const all = Array.from({ length: Math.floor(top / step + 1e-9) + 1 }, (_, place) => place * step)
  return type === 'count' && !unit ? all.filter(Number.isInteger) : all
}

/** The height of an axis on which the top of what is drawn has room. */
export function axisTop(most: number): number {
  const step = niceStep(most, 4)
  return Math.max(step, Math.ceil(most / step - 1e-9) * step)
}

interface TimeProps {
  names: string[]
  x: (place: number) => number
  y: number
  width: number
}

/** As many names of buckets as have room. */
export function TimeAxis({ names, x, y, width }: TimeProps) {
  const widest = Math.max(...names.map((name) => name.length), 1) * 6.4 + 18
  const every = Math.max(1, Math.ceil((names.length * widest) / Math.max(width, 1)))
  // A name that would be cut at the edge is left out.
  const last = x(names.length - 1) + 12
  const fits = (name: string, place: number) => place === 0 || x(place) + name.length * 3.2 <= last
  return (
    <g aria-hidden>
      {names.map((name, place) =>
        place % every === 0 && fits(name, place) ? (
          <text key={`${name}-${x(place)}`} x={x(place)} y={y} textAnchor="middle" fontSize={11} fill="var(--text-dim)">
            {name}
          </text>
        ) : null,
      )}
    </g>
  )
}
