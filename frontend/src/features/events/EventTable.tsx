import { useTranslation } from 'react-i18next'
import { Door } from '../../components/Door'
import { Id } from '../../components/Id'
import { EventStatusChip } from '../../components/StatusChip'
import classes from '../../components/Table.module.css'
import { Time } from '../../components/Time'
import type { Schema } from '../../lib/api'
import { doors } from '../../lib/doors'

type Event = Schema['Event']

export function EventTable({ rows }: { rows: Event[] }) {
  const { t } = useTranslation()
  return (
    <div className={classes.wrap}>
      <table className={classes.table}>
        <caption>{t('events.caption')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('column.status')}</th>
            <th scope="col">{t('column.type')}</th>
            <th scope="col">{t('column.source')}</th>
            <th scope="col">{t('events.idempotency_key')}</th>
            <th scope="col">{t('column.id')}</th>
            <th scope="col" className={classes.right}>
              {t('column.created')}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((event) => (
            <tr key={event.id}>
              <td>
                <EventStatusChip status={event.status} />
              </td>
              <td className="cut">
                <Door door={doors.event(event.id)} className={classes.cover}>
                  {event.type || t('events.direct')}
                </Door>
              </td>
              <td className={`cut ${classes.dim}`}>{event.source}</td>
              <td className={`cut ${classes.dim}`}>{event.idempotency_key}</td>
              <td className={classes.dim}>
                <span className={classes.above}>
                  <Id id={event.id} />
                </span>
              </td>
              <td className={`${classes.right} ${classes.dim}`}>
                <span className={classes.above}>
                  <Time at={event.created_at} />
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
