import { IconCalendarOff } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { State } from '../../components/States'
import classes from './Calendar.module.css'
import type { Shown } from './CalendarPage'
import type { Day, Line } from './calendar'
import { EntryLine, stateOf } from './EntryLine'

interface Props {
  days: Day[]
  lines: Map<Day, Line[]>
  shown: Shown
}

/** Day by day, only those on which something happens: for narrow windows, and for those who do not see a grid. */
export function Agenda({ days, lines, shown }: Props) {
  const { t, i18n } = useTranslation()
  const busy = days.filter((day) => lines.has(day))
  if (busy.length === 0) {
    return <State icon={IconCalendarOff} title={t('schedules.nothing')} text={t('schedules.nothing_text')} />
  }
  const format = new Intl.DateTimeFormat(i18n.language, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    timeZone: 'UTC',
  })
  return (
    <div className={`card ${classes.agenda}`}>
      {busy.map((day) => (
        <section key={day} aria-labelledby={`day-${day}`} data-today={day === shown.today || undefined}>
          <h3 id={`day-${day}`}>{format.format(new Date(`${day}T00:00:00Z`))}</h3>
          <ul className={classes.lines}>
            {(lines.get(day) ?? []).map((line) => (
              <li key={line.key} className={classes.row}>
                <EntryLine line={line} zone={shown.zone} until />
                <span className={classes.state}>
                  {line.entry.note
                    ? t(`schedules.odd_${line.entry.note.code}`, { wall: line.entry.note.wall.slice(11, 16) })
                    : stateOf(line.entry, t)}
                </span>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}
