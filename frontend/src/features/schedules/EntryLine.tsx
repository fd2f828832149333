import {
  type Icon,
  IconBell,
  IconBolt,
  IconCalendarEvent,
  IconChartBar,
  IconClockExclamation,
  IconSpeakerphone,
  IconUsers,
} from '@tabler/icons-react'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { Door } from '../../components/Door'
import { doors } from '../../lib/doors'
import { isOneOf } from '../../lib/words'
import { type Entry, fireStates } from './api'
import classes from './Calendar.module.css'
import { clockIn, type Line } from './calendar'

const icons: Record<string, Icon> = {
  event: IconBolt,
  notification: IconBell,
  broadcast: IconSpeakerphone,
  report: IconChartBar,
}

/** One schedule or broadcast on a day: when, what, how often, and how it went. */
export function EntryLine({ line, zone, until }: { line: Line; zone: string; until?: boolean }) {
  const { t } = useTranslation()
  const { entry, times, last } = line
  const Glyph = icons[entry.kind === 'broadcast' ? 'broadcast' : (entry.target ?? '')] ?? IconCalendarEvent
  const first = entry.wall?.slice(11, 16) ?? clockIn(new Date(entry.at), zone)
  const clock = until && times > 1 && !entry.wall ? `${first}–${clockIn(new Date(last), zone)}` : first
  const state = stateOf(entry, t)
  const own = entry.wall ? t('schedules.each_clock') : ''
  const often = times > 1 ? t('schedules.times_a_day', { count: times }) : ''
  return (
    <Door
      door={entry.kind === 'broadcast' ? doors.broadcast(entry.id) : doors.schedule(entry.id)}
      className={classes.entry}
      label={[clock, own, entry.name, often, state].filter(Boolean).join(', ')}
    >
      <span className={classes.mark} data-status={entry.status} title={state}>
        <Glyph size={12} aria-hidden />
      </span>
      <span className={classes.clock}>{clock}</span>
      <span className={classes.name} title={entry.name}>
        {entry.name}
      </span>
      {entry.wall && <IconUsers size={12} className={classes.odd} aria-hidden />}
      {times > 1 && <span className={classes.often}>×{times}</span>}
      {entry.note && <IconClockExclamation size={12} className={classes.odd} aria-hidden />}
    </Door>
  )
}

/** How an entry went, or that it is still to come. */
export function stateOf({ kind, status }: Entry, t: TFunction): string {
  if (kind === 'broadcast') return t('schedules.a_broadcast')
  return isOneOf(fireStates, status) ? t(`schedules.fire_${status}`) : t('schedules.to_come')
}
