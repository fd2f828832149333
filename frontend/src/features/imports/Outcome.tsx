import { Button } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { FaultyRows } from '../../components/FaultyRows'
import { type Import, useMove } from '../../lib/imports'
import { sayFailed } from '../../lib/notify'
import classes from './Imports.module.css'

/** What the check found, every faulty row with its reason, and the way on. */
export function Outcome({ of, mayWrite }: { of: Import; mayWrite: boolean }) {
  const { t } = useTranslation()
  const move = useMove(of.id)
  const good = of.rows - of.faulty
  return (
    <section className="card" aria-labelledby="outcome">
      <div className={classes.head}>
        <div>
          <h2 id="outcome">{t('imports.outcome')}</h2>
          <p role="status">
            {of.state === 'checked'
              ? t('imports.would', { good: good.toLocaleString(), faulty: of.faulty.toLocaleString() })
              : t('imports.did', { stored: of.stored.toLocaleString(), faulty: of.faulty.toLocaleString() })}
          </p>
          {of.error && <p className={classes.fault}>{of.error}</p>}
        </div>
        <div style={{ display: 'flex', gap: 8 }}>
          {mayWrite && of.faulty > 0 && (
            <Button
              component="a"
              href={`/v1/recipient-imports/${of.id}/rejected`}
              download="rejected.csv"
              variant="default"
              leftSection={<IconDownload size={14} aria-hidden />}
            >
              {t('imports.rejected')}
            </Button>
          )}
          {mayWrite && of.state === 'checked' && (
            <Button
              disabled={good === 0}
              loading={move.isPending}
              onClick={() => move.mutate({ to: 'start' }, { onError: (error) => sayFailed(error, t) })}
            >
              {t('imports.start', { count: good, people: good.toLocaleString() })}
            </Button>
          )}
        </div>
      </div>
      {mayWrite && of.faulty > 0 && <FaultyRows of={of} />}
    </section>
  )
}
