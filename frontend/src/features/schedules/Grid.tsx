import { type KeyboardEvent, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Door } from '../../components/Door'
import { dayName } from '../../components/rule/words'
import classes from './Calendar.module.css'
import type { Shown } from './CalendarPage'
import { addDays, addMonths, type Day, type Line, weekOf } from './calendar'
import { DayLink } from './DayLink'
import { EntryLine } from './EntryLine'

interface Props {
  days: Day[]
  lines: Map<Day, Line[]>
  shown: Shown
}

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

/** The weeks of a month, or one week: arrows walk from day to day, PageUp and PageDown from month to month. */
export function Grid({ days, lines, shown }: Props) {
  const { t, i18n } = useTranslation()
  const body = useRef<HTMLTableSectionElement>(null)
  const walking = useRef(false)
  const { date, view, go } = shown
  useEffect(() => {
    if (!walking.current) return
    walking.current = false
    body.current?.querySelector<HTMLElement>(`[data-day="${date}"]`)?.focus()
  }, [date])
  const onKeyDown = (event: KeyboardEvent) => {
    const to = moved(event.key, date)
    if (!to || !(event.target instanceof HTMLElement) || !event.target.dataset.day) return
    event.preventDefault()
    walking.current = true
    go({ date: to }, true)
  }
  const weeks = Array.from({ length: days.length / 7 }, (_, week) => days.slice(7 * week, 7 * week + 7))
  return (
    <div className={`card ${classes.frame}`}>
      <table className={classes.grid} data-view={view}>
        <caption>{t('schedules.grid_caption')}</caption>
        <thead>
          <tr>
            {weekdays.map((day) => (
              <th key={day} scope="col" abbr={dayName(day, i18n.language, 'long')}>
                {dayName(day, i18n.language)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body} onKeyDown={onKeyDown}>
          {weeks.map((week) => (
            <tr key={week[0]}>
              {week.map((day) => (
                <Cell key={day} day={day} lines={lines.get(day) ?? []} shown={shown} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function moved(key: string, date: Day): Day | undefined {
  switch (key) {
    case 'ArrowLeft':
      return addDays(date, -1)
    case 'ArrowRight':
      return addDays(date, 1)
    case 'ArrowUp':
      return addDays(date, -7)
    case 'ArrowDown':
      return addDays(date, 7)
    case 'PageUp':
      return addMonths(date, -1)
    case 'PageDown':
      return addMonths(date, 1)
    case 'Home':
      return weekOf(date)
    case 'End':
      return addDays(weekOf(date), 6)
    default:
      return undefined
  }
}

/** What fits into a day; the rest is one click away. */
const room = { month: 3, week: 14 } as const

function Cell({ day, lines, shown }: { day: Day; lines: Line[]; shown: Shown }) {
  const { t, i18n } = useTranslation()
  const { view, date, today, zone } = shown
  const most = view === 'week' ? room.week : room.month
  const fitting = lines.length > most ? lines.slice(0, most - 1) : lines
  const more = lines.length - fitting.length
  const full = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'full', timeZone: 'UTC' }).format(
    new Date(`${day}T00:00:00Z`),
  )
  const door = { to: '/schedules/calendar', search: { view: 'day', date: day, zone } }
  return (
    <td data-other={(view === 'month' && day.slice(0, 7) !== date.slice(0, 7)) || undefined}>
      <DayLink
        day={day}
        current={day === today}
        chosen={day === date}
        label={t('schedules.day', { day: full, count: lines.length })}
        door={door}
      />
      <ul className={classes.lines}>
        {fitting.map((line) => (
          <li key={line.key}>
            <EntryLine line={line} zone={zone} />
          </li>
        ))}
        {more > 0 && (
          <li>
            <Door door={door} className={classes.more} label={t('schedules.more_on', { count: more, day: full })}>
              {t('schedules.more', { count: more })}
            </Door>
          </li>
        )}
      </ul>
    </td>
  )
}
