import { Checkbox, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { type Fault, faultAt } from './draft'
import classes from './Steps.module.css'
import { type DayWindow, days } from './step-parts'

interface Props {
  window: DayWindow
  faults: Fault[]
  disabled: boolean
  onChange: (window: DayWindow) => void
}

/** A part of the day, on some days of the week, in somebody's time zone. */
export function WindowFields({ window: open, faults, disabled, onChange }: Props) {
  const { t } = useTranslation()
  const time = (side: 'from' | 'to') => (
    <TextInput
      type="time"
      label={t(`workflows.window_${side}`)}
      value={open[side]}
      error={faultAt(faults, `delay.window.${side}`)}
      disabled={disabled}
      onChange={(event) => onChange({ ...open, [side]: event.currentTarget.value })}
    />
  )
  return (
    <div className={classes.part}>
      <div className={classes.pair}>
        {time('from')}
        {time('to')}
      </div>
      <Checkbox.Group
        label={t('workflows.window_days')}
        description={t('workflows.window_days_hint')}
        value={open.days ?? []}
        onChange={(next) => onChange({ ...open, days: days.filter((day) => next.includes(day)) })}
      >
        <div className={classes.days}>
          {days.map((day) => (
            <Checkbox key={day} size="xs" value={day} label={t(`workflows.weekday_${day}`)} disabled={disabled} />
          ))}
        </div>
      </Checkbox.Group>
      <TextInput
        label={t('workflows.window_timezone')}
        placeholder={t('workflows.window_theirs')}
        value={open.timezone ?? ''}
        error={faultAt(faults, 'delay.window.timezone')}
        disabled={disabled}
        onChange={(event) => onChange({ ...open, timezone: event.currentTarget.value })}
      />
    </div>
  )
}
