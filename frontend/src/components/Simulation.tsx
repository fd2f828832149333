import { IconCheck, IconClock, IconMinus } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Schema } from '../lib/api'
import { sentenceOfDecision } from '../lib/decision-sentences'
import { doors } from '../lib/doors'
import { ChannelLabel } from './ChannelLabel'
import { Chip } from './Chip'
import { ContentView } from './content/ContentView'
import { Door } from './Door'
import { SimulatedPause } from './SimulatedPause'
import classes from './Simulation.module.css'
import { Time } from './Time'

type Step = Schema['SimulatedStep']

/** What an event would do, recipient by recipient. */
export function Simulation({ of: simulation }: { of: Schema['Simulation'] }) {
  const { t } = useTranslation()
  return (
    <section className={classes.all} aria-label={t('simulation.title')} aria-live="polite">
      {simulation.recipients.map(({ recipient, steps }) => (
        <article key={recipient.id} className={classes.recipient}>
          <h3>{recipient.name || recipient.id}</h3>
          <ul className={classes.steps}>
            {steps.map((step, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: an answer that never changes
              <SimulatedStep key={place} step={step} asked={simulation.at} />
            ))}
          </ul>
        </article>
      ))}
      {simulation.recipients.length === 0 && <p className={classes.dim}>{t('simulation.nobody')}</p>}
      {simulation.more > 0 && <p className={classes.dim}>{t('simulation.more', { count: simulation.more })}</p>}
    </section>
  )
}

function SimulatedStep({ step, asked }: { step: Step; asked: string }) {
  const { t, i18n } = useTranslation()
  if (step.kind !== 'channel' || !step.channel || !step.status) return <SimulatedPause step={step} asked={asked} />
  const sends = step.status === 'queued'
  const why = step.decisions.at(-1)
  return (
    <li className={classes.step}>
      <div className={classes.line}>
        <ChannelLabel channel={step.channel} />
        {sends ? (
          <Chip tone="good" icon={IconCheck}>
            {t('simulation.sends')}
          </Chip>
        ) : (
          <Chip tone="calm" icon={step.status === 'expired' ? IconClock : IconMinus}>
            {step.skip_reason ? t(`reason_short.${step.skip_reason}`) : t(`status.${step.status}`)}
          </Chip>
        )}
        {step.version > 0 && <span className={classes.dim}>{`${step.workflow} v${step.version}`}</span>}
      </div>
      {sends ? (
        <Sending step={step} />
      ) : (
        why && <p className={classes.why}>{sentenceOfDecision(why, t, i18n.language).text}</p>
      )}
      <details>
        <summary>{t('simulation.decisions', { count: step.decisions.length })}</summary>
        <ol className={classes.decisions}>
          {step.decisions.map((decision, place) => {
            const { answer, step: question, text, remark } = sentenceOfDecision(decision, t, i18n.language)
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: decisions are in order and never change
              <li key={place}>
                <b>{question}</b>: {answer}. {text} {remark}
              </li>
            )
          })}
        </ol>
      </details>
      {sends && (
        <details>
          <summary>{t('simulation.content')}</summary>
          <ContentView content={{ ...step.content, channel: step.channel, to: step.address, at: step.send_at ?? '' }} />
        </details>
      )}
    </li>
  )
}

/** A message that waits for nothing would be sent in the time it takes to read this. */
const isNow = (at: string) => Math.abs(Date.parse(at) - Date.now()) < 60_000

/** Where it would go, by whom and when. */
function Sending({ step }: { step: Step }) {
  const { t } = useTranslation()
  const { integrations } = step
  const carriers = integrations.map(({ name, share }) => (integrations.length > 1 ? `${name} (${share} %)` : name))
  return (
    <dl className={classes.facts}>
      <dt>{t('simulation.to')}</dt>
      <dd>{step.addresses && step.addresses.length > 1 ? step.addresses.join(', ') : step.address}</dd>
      <dt>{t('simulation.by')}</dt>
      <dd>
        {carriers.length > 0 ? carriers.join(', ') : t('simulation.by_nobody')}
        {integrations.length > 0 && integrations.every(({ sandbox }) => sandbox) && (
          <>
            {' · '}
            <Door door={doors.sandbox()}>{t('nav.sandbox')}</Door>
          </>
        )}
      </dd>
      {step.send_at && (
        <>
          <dt>{t('simulation.when')}</dt>
          <dd>{isNow(step.send_at) ? t('simulation.at_once') : <Time at={step.send_at} />}</dd>
        </>
      )}
      <dt>{t('simulation.template')}</dt>
      <dd>
        {step.template.key} v{step.template.version} · {step.template.locale}
      </dd>
    </dl>
  )
}
