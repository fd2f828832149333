import { Progress as Bar } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { Door } from '../../components/Door'
import { StatusChip } from '../../components/StatusChip'
import { doors } from '../../lib/doors'
import { statuses } from '../../lib/words'
import { type Broadcast, hasEnded, progressQuery } from './api'
import classes from './Broadcasts.module.css'

/** For so long after the end vendors are expected to say what they delivered, and it is asked for so often. */
const receipts = { within: 600_000, every: 5_000 }

/** How long to wait for the count of a large broadcast, in ms. */
const recounted = 2_000

const awaitsReceipts = (of: Broadcast, sent = 0) =>
  sent > 0 && hasEnded(of.state) && Date.now() - Date.parse(of.ended_at ?? '') < receipts.within

/** How far it has come, by what became of the messages; each number leads to them. */
export function Progress({ of }: { of: Broadcast }) {
  const { t } = useTranslation()
  const query = useQuery({
    ...progressQuery(of.id),
    refetchInterval: ({ state }) =>
      state.data?.stale ? recounted : awaitsReceipts(of, state.data?.counts.sent) ? receipts.every : false,
  })
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
              <Door door={doors.broadcastPeople(of.id, { reached: 'yes' })}>
                {t('broadcasts.reached', {
                  reached: found.reached.toLocaleString(),
                  people: found.people.toLocaleString(),
                })}
              </Door>{' '}
              {found.reached < found.people && (
                <span className={classes.rest}>
                  <Door door={doors.broadcastPeople(of.id, { reached: 'no' })}>
                    {t('broadcasts.not_reached', { count: found.people - found.reached })}
                  </Door>
                </span>
              )}
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
              {found.waiting > 0 && (
                <li>
                  <Door door={doors.messages({ broadcast: of.id, status: ['held'], held_for: 'broadcast_paused' })}>
                    {t('broadcasts.waiting', { count: found.waiting })}
                  </Door>
                </li>
              )}
            </ul>
          </div>
        )}
      </Answered>
    </section>
  )
}
