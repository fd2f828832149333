import type { TFunction } from 'i18next'
import type { Schema } from './api'
import { decisionSteps, timeSteps } from './decision-steps'
import { isOneOf } from './words'

const telling: string[] = ['integration', 'cadence', 'quiet_hours', 'frequency_cap']

/** One answer of the dispatch policy as a person reads it. */
export interface DecisionSentence {
  answer: string
  step: string
  text: string
  /** The server's own words, where they say more. */
  remark?: string
}

export function sentenceOfDecision(decision: Schema['Decision'], t: TFunction, language = 'en'): DecisionSentence {
  const word = decision.step.replaceAll(' ', '_')
  const known = isOneOf(decisionSteps, word)
  const isTimed = isOneOf(timeSteps, word)
  const step = known || isTimed ? t(`decision_step.${word}`) : decision.step.replaceAll('_', ' ')
  const answer = answerOf(decision.outcome, t)
  const detail = decision.detail ?? ''
  if (decision.reason) return withRemark({ answer, step, text: t(`reason.${decision.reason}`) }, detail)
  if (isTimed) return withRemark({ answer, step, text: momentsOf(decision, t, language) }, detail)
  if (decision.outcome !== 'pass' || !known) return { answer, step, text: detail }
  // A preference that passes by a rule is one that was passed over.
  const overruled = word === 'preference' && decision.rule
  if (overruled) return withRemark({ answer, step, text: t('decision_pass.overruled') }, detail)
  const passed = { answer, step, text: t(`decision_pass.${word}`) }
  // These say more than that they passed: to how many devices, or what was passed over.
  return telling.includes(word) ? withRemark(passed, detail) : passed
}

/** What matters of a step that acts over time is when. */
function momentsOf({ outcome, at, until }: Schema['Decision'], t: TFunction, language: string): string {
  const moment = (of: string) =>
    new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(of))
  if (outcome === 'hold' && until) return t('decision.time_until', { at: moment(until) })
  if (outcome === 'stop') return t('decision.time_stop')
  return at ? t('decision.time_at', { at: moment(at) }) : t('decision.time_pass')
}

function answerOf(outcome: string, t: TFunction): string {
  return isOneOf(['pass', 'skip', 'hold', 'stop', 'expired'] as const, outcome) ? t(`decision.${outcome}`) : outcome
}

function withRemark(sentence: DecisionSentence, detail: string): DecisionSentence {
  return detail && detail !== sentence.text ? { ...sentence, remark: detail } : sentence
}
