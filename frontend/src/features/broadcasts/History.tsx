import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { Time } from '../../components/Time'
import { historyQuery } from './api'
import classes from './Broadcasts.module.css'

const kinds = [
  'created',
  'edited',
  'submitted',
  'frozen',
  'refused',
  'voided',
  'approved',
  'approved_by_policy',
  'break_glass',
  'rejected',
  'scheduled',
  'started',
  'paused',
  'resumed',
  'completed',
  'cancelled',
  'failed',
  'recalled',
  'recall_done',
  'recall_again',
] as const

/** What happened to a broadcast, and by whom. */
export function History({ id }: { id: string }) {
  const { t } = useTranslation()
  const query = useQuery(historyQuery(id))
  const name = (kind: string) => {
    const known = kinds.find((each) => each === kind)
    return known ? t(`broadcasts.event_${known}`) : kind
  }
  return (
    <section className={`card ${classes.card}`} aria-label={t('broadcasts.history')}>
      <h2>{t('broadcasts.history')}</h2>
      <Answered of={query}>
        {({ rows }) => (
          <ol className={classes.list}>
            {rows.map((entry) => (
              <li key={entry.number} className={classes.finding}>
                <Time at={entry.at} />
                <strong>{name(entry.kind)}</strong>
                <span className="dim">{entry.by}</span>
                <span className={classes.words}>{entry.detail}</span>
              </li>
            ))}
          </ol>
        )}
      </Answered>
    </section>
  )
}
