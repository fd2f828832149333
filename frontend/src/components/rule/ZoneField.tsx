import { useTranslation } from 'react-i18next'
import { ZonePick } from '../ZonePick'
import type { RulePart } from './rule'

/** Whose clocks count: those of one zone. */
export function ZoneField({ draft, change, fault, disabled }: RulePart) {
  const { t } = useTranslation()
  return (
    <ZonePick
      label={t('schedules.zone')}
      description={t('schedules.zone_hint')}
      value={draft.zone}
      error={fault('zone')}
      disabled={disabled}
      onChange={(zone) => change({ zone })}
    />
  )
}
