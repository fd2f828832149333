import { Link } from '@tanstack/react-router'
import type { Door } from '../../lib/doors'
import classes from './Calendar.module.css'
import type { Day } from './calendar'

interface Props {
  day: Day
  current: boolean
  chosen: boolean
  label: string
  door: Door
}

/** The number of a day: it leads to the day. One of a grid is reached by Tab, the others by the arrows. */
export function DayLink({ day, current, chosen, label, door }: Props) {
  return (
    <Link
      to={door.to}
      search={(door.search ?? {}) as never}
      className={classes.number}
      aria-label={label}
      aria-current={current ? 'date' : undefined}
      data-day={day}
      tabIndex={chosen ? 0 : -1}
    >
      {Number(day.slice(8))}
    </Link>
  )
}
