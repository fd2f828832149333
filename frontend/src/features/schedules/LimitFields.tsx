import { NumberInput, TagsInput, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Part } from './ScheduleForm'
import classes from './Schedules.module.css'

const date = /^\d{4}-\d{2}-\d{2}$/

/** From when, until when, how often, and on which dates not. */
export function LimitFields({ draft, change, fault, disabled }: Part) {
  const { t } = useTranslation()
  const wrong = draft.except.find((each) => !date.test(each))
  return (
    <>
      <div className={classes.two}>
        {(['starts_at', 'ends_at'] as const).map((end) => (
          <TextInput
            key={end}
            type="datetime-local"
            label={end === 'starts_at' ? t('schedules.starts_at') : t('schedules.ends_at')}
            value={draft[end]}
            error={fault(end)}
            disabled={disabled}
            onChange={(event) => change({ [end]: event.currentTarget.value })}
          />
        ))}
      </div>
      <NumberInput
        label={t('schedules.max_fires')}
        description={t('schedules.max_fires_hint')}
        min={0}
        allowDecimal={false}
        value={draft.max_fires}
        error={fault('max_fires')}
        disabled={disabled}
        onChange={(count) => change({ max_fires: Number(count) || 0 })}
      />
      <TagsInput
        label={t('schedules.except')}
        description={t('schedules.except_hint')}
        placeholder={draft.except.length === 0 ? '2026-12-24' : ''}
        value={draft.except}
        error={wrong ? t('schedules.except_wrong', { date: wrong }) : fault('except')}
        disabled={disabled}
        onChange={(except) => change({ except })}
      />
    </>
  )
}
