import { IconClockExclamation } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Schema } from '../../lib/api'
import { Time } from '../Time'
import classes from './Rule.module.css'
import { noteWords } from './words'

/** Over which part of the days a time comes that each recipient's own clock shows, with when it does in some zones. */
export function Spread({ of, open }: { of: Schema['ScheduleMoment']; open: boolean }) {
  const { t, i18n } = useTranslation()
  const { spread } = of
  if (!spread) return null
  const odd = spread.zones.filter(({ note }) => note)
  return (
    <details className={classes.spread} open={open || odd.length > 0}>
      <summary>
        {t('schedules.spread')} <Time at={spread.first} /> – <Time at={spread.last} />
      </summary>
      <ul className={classes.zones}>
        {spread.zones.map(({ zone, at, note }) => (
          <li key={zone}>
            <span>{zone.replace(/_/g, ' ')}</span>
            <Time at={at} />
            {note && (
              <span className={classes.note}>
                <IconClockExclamation size={13} aria-hidden />
                {noteWords({ note, local: wallIn(zone, at) }, t, i18n.language)}
              </span>
            )}
          </li>
        ))}
      </ul>
    </details>
  )
}

/** What the clocks of a zone show at a moment. */
const wallIn = (zone: string, at: string) =>
  new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone: zone })
    .format(new Date(at))
    .replace(' ', 'T')
