import { useTranslation } from 'react-i18next'
import type { SagaTransition } from '../../lib/sagas'
import { clockTime, fullTime, useShownZone } from '../../lib/time'
import classes from './SagaStory.module.css'
import { stepName } from './step-words'

/** Every transition of a saga, oldest first, one line each. */
export function SagaStory({ lines }: { lines: SagaTransition[] }) {
  const { t } = useTranslation()
  return (
    <section className={`card ${classes.section}`} aria-labelledby="saga-story">
      <h2 id="saga-story">{t('sagas.story')}</h2>
      <ol className={classes.list}>
        {lines.map((line) => (
          <Line key={line.number} line={line} />
        ))}
      </ol>
    </section>
  )
}

function Line({ line }: { line: SagaTransition }) {
  const { t, i18n } = useTranslation()
  useShownZone()
  const at = new Date(line.at)
  const said = [
    t(`sagas.kind_${line.kind}`),
    line.try > 1 ? t('sagas.try', { number: line.try }) : '',
    line.by ? t('sagas.by', { name: line.by }) : '',
  ]
  return (
    <li className={classes.line}>
      <time dateTime={line.at} title={fullTime(at, i18n.language)}>
        {clockTime(at, i18n.language)}
      </time>
      <span className={classes.step}>{line.step && stepName(line.step, t)}</span>
      <span className={classes.what}>
        {said.filter(Boolean).join(' · ')}
        {line.detail && <span className={classes.detail}> {line.detail}</span>}
      </span>
    </li>
  )
}
