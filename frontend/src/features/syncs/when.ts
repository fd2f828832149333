import type { TFunction } from 'i18next'
import { ruleWords } from '../../components/rule/words'
import type { Sync } from './draft'

/** When a sync runs, in a few words. */
export function whenWords({ enabled, schedule: { rule, zone } }: Sync, t: TFunction, locale: string): string {
  if (!enabled) return t('syncs.off')
  return rule ? [ruleWords(rule, t, locale), zone].filter(Boolean).join(' · ') : t('syncs.when_manual')
}
