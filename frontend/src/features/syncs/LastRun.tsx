import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Time } from '../../components/Time'
import { sayFailed } from '../../lib/notify'
import { usePermission } from '../../lib/session'
import { useMoveSync, works } from './api'
import type { Run, Sync } from './draft'
import { Faults } from './Faults'
import { Why } from './RunState'
import classes from './Syncs.module.css'

const counts = ['read', 'upserted', 'unchanged', 'faulty', 'absent'] as const

/** How the newest run goes or went, what it came to, and what was wrong. */
export function LastRun({ sync }: { sync: Sync }) {
  const { t } = useTranslation()
  const run = sync.last
  const mayWrite = usePermission('recipients:write')
  if (!run) return <p className={classes.never}>{t('syncs.never_ran')}</p>
  return (
    <section className={`card ${classes.run}`} aria-labelledby="last-run">
      <div className={classes.head}>
        <h2 id="last-run">{t('syncs.last_run')}</h2>
        <p className={classes.dim}>
          {run.by ? t('syncs.by', { name: run.by }) : t('syncs.by_itself')} · <Time at={run.created_at} />
          {run.restarts > 0 && ` · ${t('syncs.restarts', { count: run.restarts })}`}
        </p>
      </div>
      <dl className={classes.counts} aria-live="polite" aria-busy={works(run)}>
        {counts.map((each) => (
          <div key={each}>
            <dt>{t(`syncs.count_${each}`)}</dt>
            <dd>{run[each].toLocaleString()}</dd>
          </div>
        ))}
      </dl>
      {run.error && (
        <p role="alert" className={classes.why}>
          <Why run={run} />
        </p>
      )}
      {run.code === 'too_many_gone' && mayWrite && <Accept sync={sync} run={run} />}
      {run.faulty > 0 && mayWrite && !works(run) && <Faults sync={sync} />}
    </section>
  )
}

/** A person says that as many really are gone. */
function Accept({ sync, run }: { sync: Sync; run: Run }) {
  const { t } = useTranslation()
  const move = useMoveSync(sync.key)
  return (
    <div className={classes.accept}>
      <Button
        color="red"
        variant="light"
        loading={move.isPending}
        disabled={works(run)}
        onClick={() => move.mutate({ to: 'run', acceptGone: true }, { onError: (error) => sayFailed(error, t) })}
      >
        {t('syncs.accept')}
      </Button>
      <span className={classes.dim}>{t('syncs.accept_hint')}</span>
    </div>
  )
}
