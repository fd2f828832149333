import { useTranslation } from 'react-i18next'
import type { SagaStep, SagaView } from '../../lib/sagas'
import { gap, useNow } from '../../lib/time'
import classes from './SagaSteps.module.css'
import { stepName, stepTones } from './step-words'

/** A saga drawn on its time: each step with its state, when it worked, what went in and what came out. */
export function SagaSteps({ saga, detailed = false }: { saga: SagaView; detailed?: boolean }) {
  const { t } = useTranslation()
  const now = useNow()
  const start = new Date(saga.created_at).getTime()
  const end = saga.ended_at
    ? new Date(saga.ended_at).getTime()
    : Math.max(now.getTime(), new Date(saga.updated_at).getTime())
  return (
    <section className={`card ${classes.section}`} aria-labelledby="saga-steps">
      <h2 id="saga-steps">{t('sagas.steps')}</h2>
      <ol className={classes.list}>
        {saga.steps.map((step) => (
          <Step key={step.place} step={step} saga={saga} span={{ start, end }} detailed={detailed} />
        ))}
      </ol>
    </section>
  )
}

interface Props {
  step: SagaStep
  saga: SagaView
  span: { start: number; end: number }
  detailed: boolean
}

function Step({ step, saga, span, detailed }: Props) {
  const { t } = useTranslation()
  const tone = stepTones[step.state]
  const state = t(`sagas.step_state_${step.state}`)
  const undo = saga.transitions.find((line) => line.step === step.name && line.kind === 'undo_tried')
  return (
    <li className={classes.step} data-tone={tone} aria-current={saga.step === step.name ? 'step' : undefined}>
      <span className={classes.dot} aria-hidden />
      <div className={classes.words}>
        <div className={classes.head}>
          <b>{stepName(step.name, t)}</b>
          <span className={classes.state}>
            {step.tries > 1 ? t('sagas.tried', { state, tries: step.tries }) : state}
          </span>
        </div>
        {step.begun_at && <Bar step={step} undo={undo?.at} span={span} />}
        {step.error && <p className={classes.error}>{step.error}</p>}
        {detailed && step.begun_at && <Values step={step} />}
      </div>
    </li>
  )
}

/** When the step worked, and when it was taken back, on the time of the whole saga. */
function Bar({ step, undo, span }: { step: SagaStep; undo: string | undefined; span: Props['span'] }) {
  const whole = Math.max(1, span.end - span.start)
  const share = (at: number) => Math.min(100, Math.max(0, (100 * (at - span.start)) / whole))
  const begun = new Date(step.begun_at ?? 0).getTime()
  const ended = step.ended_at ? new Date(step.ended_at).getTime() : span.end
  const turned = undo ? new Date(undo).getTime() : undefined
  const worked = turned === undefined ? ended : Math.min(turned, ended)
  return (
    <div className={classes.time}>
      <div className={classes.track} aria-hidden>
        <span className={classes.bar} style={{ left: `${share(begun)}%`, width: `${share(worked) - share(begun)}%` }} />
        {turned !== undefined && (
          <span
            className={classes.back}
            style={{ left: `${share(turned)}%`, width: `${Math.max(0, share(ended) - share(turned))}%` }}
          />
        )}
      </div>
      <span className={classes.took}>{gap(new Date(begun), new Date(Math.max(begun, ended)))}</span>
    </div>
  )
}

function Values({ step }: { step: SagaStep }) {
  const { t } = useTranslation()
  const values = [
    [t('sagas.input'), step.input],
    [t('sagas.output'), step.output],
    [t('sagas.checkpoint'), step.checkpoint],
    [t('sagas.undo_checkpoint'), step.undo_checkpoint],
  ] as const
  return (
    <div className={classes.values}>
      {values.map(([name, value]) =>
        value === null ? null : (
          <details key={name}>
            <summary>{name}</summary>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region needs focus to be scrolled by keys */}
            <pre className={classes.json} tabIndex={0}>
              {JSON.stringify(value, null, 2)}
            </pre>
          </details>
        ),
      )}
    </div>
  )
}
