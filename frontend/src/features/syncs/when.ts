import type { TFunction } from 'i18next'
import type { Sync } from './draft'

/** When a sync runs, in a few words. */
export function whenWords({ enabled, schedule: { kind, minutes = 0, at, zone } }: Sync, t: TFunction): string {
  if (kind === 'every' && enabled) return t('syncs.every', { minutes })
  if (kind === 'daily' && enabled) return t('syncs.daily', { at, zone })
  return enabled ? t('syncs.when_manual') : t('syncs.off')
}
