import { NumberInput, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Duration } from './Duration'
import { faultAt } from './draft'
import type { StepPanelProps } from './kinds'
import classes from './Panels.module.css'
import type { Throttle } from './step-parts'

/** How many runs of a recipient get through, and in which time. */
export function ThrottlePanel({ step, faults, disabled, change }: StepPanelProps) {
  const { t } = useTranslation()
  const throttle: Throttle = step.throttle ?? { limit: 1, seconds: 0 }
  const set = (next: Partial<Throttle>) => change({ throttle: { ...throttle, ...next } })
  return (
    <>
      <NumberInput
        label={t('workflows.throttle_limit')}
        value={throttle.limit}
        error={faultAt(faults, 'throttle.limit')}
        disabled={disabled}
        min={1}
        allowDecimal={false}
        onChange={(n) => set({ limit: Number(n) })}
      />
      <Duration
        label={t('workflows.throttle_seconds')}
        value={throttle.seconds}
        error={faultAt(faults, 'throttle.seconds')}
        disabled={disabled}
        onChange={(seconds) => set({ seconds })}
      />
      <TextInput
        label={t('workflows.throttle_key')}
        description={t('workflows.throttle_key_hint')}
        placeholder="{{ data.project }}"
        value={throttle.key ?? ''}
        error={faultAt(faults, 'throttle.key')}
        disabled={disabled}
        onChange={(event) => set({ key: event.currentTarget.value })}
      />
      <p className={classes.dim}>{t('workflows.throttle_note')}</p>
    </>
  )
}
