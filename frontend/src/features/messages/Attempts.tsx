import { useTranslation } from 'react-i18next'
import { OutcomeChip } from '../../components/StatusChip'
import { Time } from '../../components/Time'
import type { Schema } from '../../lib/api'
import { useIntegrationName } from '../../lib/integrations'
import { gap } from '../../lib/time'
import classes from './Attempts.module.css'

/** Every try to hand the message to a provider, with the provider's own answer. */
export function Attempts({ message }: { message: Schema['MessageView'] }) {
  const { t } = useTranslation()
  return (
    <section className={`card ${classes.section}`} aria-labelledby="attempts">
      <h2 id="attempts">{t('message.attempts')}</h2>
      {message.attempts.length === 0 && <p className={classes.none}>{t('message.attempts_none')}</p>}
      <ol className={classes.list}>
        {message.attempts.map((attempt, place) => (
          <AttemptRow key={attempt.id} attempt={attempt} last={place === message.attempts.length - 1} />
        ))}
      </ol>
    </section>
  )
}

/** The plan for the next try matters only until it is made. */
function AttemptRow({ attempt, last }: { attempt: Schema['Attempt']; last: boolean }) {
  const { t } = useTranslation()
  const nameOf = useIntegrationName()
  const time = attempt.ended_at ? gap(new Date(attempt.started_at), new Date(attempt.ended_at)) : undefined
  return (
    <li className={classes.attempt}>
      <span className={classes.number} title={t('message.attempt_number', { number: attempt.number })}>
        {attempt.number}
      </span>
      <div className={classes.what}>
        <div className={classes.line}>
          <span className={classes.via}>{nameOf(attempt.integration)}</span>
          <OutcomeChip outcome={attempt.outcome} />
          {attempt.error_code && <code>{attempt.error_code}</code>}
        </div>
        {attempt.error_detail && <div className={classes.answer}>{attempt.error_detail}</div>}
        {last && attempt.next_attempt_at && (
          <div className={classes.answer}>
            {t('message.next_attempt')} <Time at={attempt.next_attempt_at} />
          </div>
        )}
      </div>
      <div className={classes.when}>
        <Time at={attempt.started_at} />
        {time && <span>{t('message.took', { time })}</span>}
      </div>
    </li>
  )
}
