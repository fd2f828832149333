import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { Door } from '../../components/Door'
import { Time } from '../../components/Time'
import { doors } from '../../lib/doors'
import { eventsQuery } from './api'
import classes from './Sections.module.css'

/** The last events that named the segment. */
export function UsedBy({ segment }: { segment: string }) {
  const { t } = useTranslation()
  const query = useQuery(eventsQuery(segment))
  return (
    <section className={`card ${classes.section}`} aria-labelledby="used-by">
      <h2 id="used-by">{t('segments.used_by')}</h2>
      <Answered of={query}>
        {({ rows }) =>
          rows.length === 0 ? (
            <p className={classes.dim}>{t('segments.unused')}</p>
          ) : (
            <ul className={classes.list}>
              {rows.map(({ id, type, status, created_at }) => (
                <li key={id}>
                  <Door door={doors.event(id)}>{type}</Door>
                  <span className={classes.dim}>{t(`event_status.${status}`)}</span>
                  <span className={classes.dim}>
                    <Time at={created_at} />
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Answered>
    </section>
  )
}
