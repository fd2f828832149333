import { SegmentedControl } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Preview } from '../../components/rule/Preview'
import { RuleFields } from '../../components/rule/RuleFields'
import { ZoneField } from '../../components/rule/ZoneField'
import { fullTime, useShownZone } from '../../lib/time'
import { type Draft, scheduleOf } from './draft'
import type { Part } from './SyncForm'
import classes from './Syncs.module.css'

/** When a sync runs by itself: never, or by a rule as schedules have them. */
export function ScheduleFields({ draft, change, fault, disabled, next }: Part & { next: string | undefined }) {
  const { t, i18n } = useTranslation()
  useShownZone()
  const { schedule } = draft
  const set = (part: Partial<Draft['schedule']>) => change({ schedule: { ...schedule, ...part } })
  const part = { draft: schedule, change: set, fault: (path: string) => fault(`schedule.${path}`), disabled }
  const { rule, zone } = scheduleOf(schedule)
  return (
    <>
      <SegmentedControl
        aria-label={t('syncs.when')}
        value={schedule.by}
        disabled={disabled}
        onChange={(by) => set({ by: by as Draft['schedule']['by'] })}
        data={(['manual', 'rule'] as const).map((value) => ({ value, label: t(`syncs.when_${value}`) }))}
      />
      {rule && (
        <>
          <RuleFields {...part}>{schedule.kind !== 'every' && <ZoneField {...part} />}</RuleFields>
          <Preview of={{ rule, zone: zone ?? 'UTC' }} />
        </>
      )}
      {next && <span className={classes.dim}>{t('syncs.next', { at: fullTime(new Date(next), i18n.language) })}</span>}
    </>
  )
}
