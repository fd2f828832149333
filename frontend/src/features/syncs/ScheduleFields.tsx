import { Autocomplete, NumberInput, SegmentedControl, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { zones } from '../../lib/locales'
import { fullTime, useShownZone } from '../../lib/time'
import type { Draft } from './draft'
import type { Part } from './SyncForm'
import classes from './Syncs.module.css'

/** When a sync runs by itself. */
export function ScheduleFields({ draft, change, fault, disabled, next }: Part & { next: string | undefined }) {
  const { t, i18n } = useTranslation()
  useShownZone()
  const { schedule } = draft
  const set = (part: Partial<Draft['schedule']>) => change({ schedule: { ...schedule, ...part } })
  return (
    <>
      <SegmentedControl
        aria-label={t('syncs.when')}
        value={schedule.kind}
        disabled={disabled}
        onChange={(kind) => set({ kind: kind as Draft['schedule']['kind'] })}
        data={(['manual', 'every', 'daily'] as const).map((value) => ({ value, label: t(`syncs.when_${value}`) }))}
      />
      {schedule.kind === 'every' && (
        <NumberInput
          label={t('syncs.minutes')}
          value={schedule.minutes}
          error={fault('schedule.minutes')}
          disabled={disabled}
          min={5}
          max={10080}
          onChange={(minutes) => set({ minutes: Number(minutes) || 0 })}
        />
      )}
      {schedule.kind === 'daily' && (
        <div className={classes.two}>
          <TextInput
            type="time"
            label={t('syncs.at')}
            value={schedule.at}
            error={fault('schedule.at')}
            disabled={disabled}
            onChange={(event) => set({ at: event.currentTarget.value })}
          />
          <Autocomplete
            label={t('imports.to_timezone')}
            data={zones}
            limit={20}
            value={schedule.zone}
            error={fault('schedule.zone')}
            disabled={disabled}
            onChange={(zone) => set({ zone })}
          />
        </div>
      )}
      {schedule.kind === 'daily' && <span className={classes.dim}>{t('syncs.dst')}</span>}
      {next && <span className={classes.dim}>{t('syncs.next', { at: fullTime(new Date(next), i18n.language) })}</span>}
    </>
  )
}
