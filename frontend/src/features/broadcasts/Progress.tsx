import { Progress as Bar } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { Door } from '../../components/Door'
import { StatusChip } from '../../components/StatusChip'
import { doors } from '../../lib/doors'
import { statuses } from '../../lib/words'
import { type Broadcast, progressQuery } from './api'
import classes from './Broadcasts.module.css'

/** How far it has come, by what became of the messages; each number leads to them. */
export function Progress({ of }: { of: Broadcast }) {
  const { t } = useTranslation()
  const query = useQuery(progressQuery(of.id))
  return (
    <section className={`card ${classes.card}`} aria-label={t('broadcasts.progress')}>
      <div className={classes.head}>
        <h2>{t('broadcasts.progress')}</h2>
      </div>
      {of.reason && <p className={of.state === 'failed' ? classes.bad : classes.dim}>{of.reason}</p>}
      <Answered of={query}>
        {(found) => (
          <div aria-live="polite">
            <p className={classes.big}>
              {t('broadcasts.reached', {
                reached: found.reached.toLocaleString(),
                people: found.people.toLocaleString(),
              })}
            </p>
            <Bar
              value={found.people ? (100 * found.reached) / found.people : 0}
              animated={of.state === 'sending'}
              aria-label={t('broadcasts.progress')}
            />
            <ul className={classes.counts}>
              {statuses
                .filter((status) => (found.counts[status] ?? 0) > 0)
                .map((status) => (
                  <li key={status}>
                    <Door door={doors.messages({ broadcast: of.id, status: [status] })}>
                      <StatusChip status={status} /> {(found.counts[status] ?? 0).toLocaleString()}
                    </Door>
                  </li>
                ))}
              {found.waiting > 0 && <li className="dim">{t('broadcasts.waiting', { count: found.waiting })}</li>}
            </ul>
          </div>
        )}
      </Answered>
    </section>
  )
}
