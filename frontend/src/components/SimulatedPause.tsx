import { IconClockPause, IconCornerDownRight } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Schema } from '../lib/api'
import { sentenceOfDecision } from '../lib/decision-sentences'
import { Chip } from './Chip'
import classes from './Simulation.module.css'
import { Time } from './Time'

/** A step that acts over time: until when the run would rest if nothing happened before. */
export function SimulatedPause({ step, asked }: { step: Schema['SimulatedStep']; asked: string }) {
  const { t, i18n } = useTranslation()
  const rests = step.send_at !== null && step.send_at !== asked
  return (
    <li className={classes.step}>
      <div className={classes.line}>
        <Chip tone={rests ? 'warn' : 'calm'} icon={rests ? IconClockPause : IconCornerDownRight}>
          {t(`workflows.kind_${step.kind}`)}
        </Chip>
        <code>{step.step}</code>
        {rests && step.send_at && (
          <span className={classes.dim}>
            {t('simulation.goes_on')} <Time at={step.send_at} />
          </span>
        )}
      </div>
      {step.decisions.map((decision, place) => {
        const { text, remark } = sentenceOfDecision(decision, t, i18n.language)
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: decisions are in order and never change
          <p key={place} className={classes.why}>
            {remark ?? text}
          </p>
        )
      })}
    </li>
  )
}
