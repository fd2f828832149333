import classes from '../Reports.module.css'
import { gridOf } from './grid'
import type { DrawProps } from './props'
import { Sample } from './shapes'

/** Which look is which series; nothing where there is only one. */
export function Legend({ chart, ...props }: DrawProps & { chart: string }) {
  const { id, answer, measure, words, group } = props
  const series = chart === 'stack' || chart === 'lines'
  const names = series
    ? gridOf({ answer, measure }).groups.map((name) => words.value(name, 'group', group))
    : chart === 'bars' || chart === 'table'
      ? measure.columns.slice(0, 4).map((column) => words.column(column, group))
      : []
  if (names.length < 2) return null
  return (
    <ul className={classes.legend} data-legend>
      {names.map((name, place) => (
        <li key={name}>
          <Sample id={id} place={place} line={chart === 'lines'} />
          {name}
        </li>
      ))}
    </ul>
  )
}
