import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { Door } from '../../components/Door'
import { doors } from '../../lib/doors'
import { sayDone, sayFailed } from '../../lib/notify'
import { usePermission } from '../../lib/session'
import { type Broadcast, progressQuery, recallOutcomes, useMove } from './api'
import classes from './Broadcasts.module.css'

/** What became of taking back what went out, by people; each number opens who they are. */
export function Recall({ of }: { of: Broadcast }) {
  const { t } = useTranslation()
  const query = useQuery(progressQuery(of.id))
  const move = useMove(of.id)
  const steers = usePermission('deliveries:write')
  const failed = query.data?.recalls?.failed ?? 0
  return (
    <section className={`card ${classes.card}`} aria-label={t('broadcasts.recall')}>
      <div className={classes.head}>
        <h2>{t('broadcasts.recall')}</h2>
        {steers && of.recall === 'done' && failed > 0 && (
          <Button
            variant="default"
            loading={move.isPending}
            onClick={() =>
              move.mutate(
                { to: 'recall' },
                {
                  onSuccess: () => sayDone(t('broadcasts.recalled_done')),
                  onError: (error) => sayFailed(error, t),
                },
              )
            }
          >
            {t('broadcasts.recall_retry', { count: failed })}
          </Button>
        )}
      </div>
      <p className={classes.dim} role="status">
        {t(of.recall === 'running' ? 'broadcasts.recall_running' : 'broadcasts.recall_over')}
      </p>
      <Answered of={query}>
        {({ recalled = {} }) => (
          <ul className={classes.counts}>
            {recallOutcomes
              .filter((outcome) => (recalled[outcome] ?? 0) > 0)
              .map((outcome) => (
                <li key={outcome}>
                  <Door door={doors.broadcastPeople(of.id, { recall: outcome })}>
                    {t(`broadcasts.recall_${outcome}`)} <strong>{(recalled[outcome] ?? 0).toLocaleString()}</strong>
                  </Door>
                </li>
              ))}
          </ul>
        )}
      </Answered>
    </section>
  )
}
