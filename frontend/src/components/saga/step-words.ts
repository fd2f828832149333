import type { TFunction } from 'i18next'
import type { Saga, SagaStep } from '../../lib/sagas'
import { isOneOf } from '../../lib/words'

/** The steps that have words of their own; another says its name. */
export const knownSteps = [
  'create_order',
  'reserve_inventory',
  'process_payment',
  'confirm_order',
  'schedule_shipment',
  'tracking_number',
  'commit',
  'freeze_audience',
  'reserve_quota',
  'await_approval',
  'await_start',
  'fan_out',
  'finish',
  'recall',
] as const

export function stepName(name: string, t: TFunction): string {
  return isOneOf(knownSteps, name) ? t(`sagas.step_${name}`) : name
}

/** Why a saga turned back, with the step called as elsewhere. */
export function faultText(fault: string, t: TFunction): string {
  const step = knownSteps.find((name) => fault.startsWith(name))
  return step ? stepName(step, t) + fault.slice(step.length) : fault
}

export const knownSagas = ['order', 'broadcast', 'broadcast_recall'] as const

export function sagaName({ name }: Pick<Saga, 'name'>, t: TFunction): string {
  return isOneOf(knownSagas, name) ? t(`sagas.name_${name}`) : name
}

/** The colour of a step: never alone, its state stands beside it in words. */
export const stepTones: Record<SagaStep['state'], 'good' | 'bad' | 'warn' | 'calm' | 'busy' | 'none'> = {
  pending: 'none',
  trying: 'busy',
  waiting: 'warn',
  done: 'good',
  refused: 'bad',
  in_doubt: 'bad',
  undoing: 'warn',
  undone: 'calm',
  undo_failed: 'bad',
}
