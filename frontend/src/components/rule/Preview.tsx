import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useId, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, type Schema } from '../../lib/api'
import { errorSentence } from '../../lib/sentences'
import { Moments } from './Moments'
import { previewQuery } from './preview'
import classes from './Rule.module.css'

/** When what is being written would fire. Each pause in the typing asks. */
export function Preview({ of }: { of: Schema['SchedulePreview'] }) {
  const { t } = useTranslation()
  const editor = useId()
  const words = JSON.stringify(of)
  const [settled] = useDebouncedValue(words, 300)
  const plan = useMemo(() => JSON.parse(settled) as Schema['SchedulePreview'], [settled])
  const query = useQuery(previewQuery(plan, editor))
  const busy = query.isFetching || settled !== words
  const faults = query.error instanceof ApiError ? query.error.fields : []
  return (
    <section className={classes.preview} aria-label={t('schedules.preview')} aria-busy={busy}>
      <h3>{t('schedules.preview')}</h3>
      <div aria-live="polite">
        {faults.length > 0 ? (
          <ul className={classes.faults}>
            {faults.map(({ path, detail }) => (
              <li key={path}>{t('schedules.fault', { path: path.replace(/^rule\./, ''), detail })}</li>
            ))}
          </ul>
        ) : query.error ? (
          <p className={classes.bad}>{errorSentence(query.error, t)}</p>
        ) : (
          query.data && <Moments list={query.data.rows} none={t('schedules.never')} />
        )}
      </div>
    </section>
  )
}
