import { IconClockExclamation } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Schema } from '../../lib/api'
import { Time } from '../Time'
import classes from './Rule.module.css'
import { Spread } from './Spread'
import { localWords, noteWords } from './words'

/** Times to come, as the clocks of the schedule's zone show them, with what is odd about them. */
export function Moments({ list, none }: { list: Schema['ScheduleMoment'][]; none: string }) {
  const { t, i18n } = useTranslation()
  if (list.length === 0) return <p className={classes.dim}>{none}</p>
  return (
    <ol className={classes.moments}>
      {list.map((moment, place) => (
        <li key={moment.at}>
          <span className={classes.moment}>
            <time dateTime={moment.at}>{localWords(moment.local, i18n.language)}</time>
            {moment.spread ? (
              <span className={classes.dim}>{t('schedules.each_clock')}</span>
            ) : (
              <Time at={moment.at} className={classes.dim} />
            )}
          </span>
          {moment.note && (
            <span className={classes.note}>
              <IconClockExclamation size={13} aria-hidden />
              {noteWords(moment, t, i18n.language)}
            </span>
          )}
          <Spread of={moment} open={place === 0} />
        </li>
      ))}
    </ol>
  )
}
