import { Switch } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { ZoneField } from '../../components/rule/ZoneField'
import { useShownZone } from '../../lib/time'
import type { Part } from './ScheduleForm'

/** The zone of schedules that go by each recipient's own clock. */
const each = 'recipient'

/** Whose clocks count: those of one zone, or each recipient's own. An interval is the same for everybody. */
export function ZoneFields(part: Part) {
  const { draft, change, fault, disabled } = part
  const { t } = useTranslation()
  const shown = useShownZone()
  if (draft.kind === 'every') return null
  const own = draft.zone === each
  const alike = draft.aim.kind === 'broadcast' || draft.aim.kind === 'report'
  return (
    <>
      {!own && <ZoneField {...part} />}
      <Switch
        label={t('schedules.zone_each')}
        description={t(alike ? 'schedules.zone_each_not' : 'schedules.zone_each_hint')}
        checked={own}
        error={own && fault('zone')}
        disabled={disabled || (alike && !own)}
        onChange={({ currentTarget: { checked } }) =>
          change({ zone: checked ? each : (shown ?? Intl.DateTimeFormat().resolvedOptions().timeZone) })
        }
      />
    </>
  )
}
