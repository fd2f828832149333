import type { TFunction } from 'i18next'
import type { Schedule } from './api'
import { isNamed } from './target'

export function kindWords(kind: string, t: TFunction): string {
  return isNamed(kind) ? t(`schedules.target_${kind}`) : kind
}

/** What a schedule causes, in a few words. */
export function targetWords({ target }: Pick<Schedule, 'target'>, t: TFunction): string {
  const named = [target.type, target.template, target.report].find((each) => typeof each === 'string' && each !== '')
  return [kindWords(target.kind, t), named].filter(Boolean).join(' · ')
}
