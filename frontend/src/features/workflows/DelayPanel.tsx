import { Autocomplete, SegmentedControl, Switch, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Duration } from './Duration'
import { faultAt } from './draft'
import type { StepPanelProps } from './kinds'
import classes from './Panels.module.css'
import type { Delay } from './step-parts'
import { WindowFields } from './WindowFields'

type Mode = 'for' | 'until' | 'field'

const modeOf = (delay: Delay): Mode =>
  delay.field !== undefined ? 'field' : delay.until !== undefined ? 'until' : 'for'

/** How long a run rests: a while, until a time, or until a time that the event gives. */
export function DelayPanel({ step, faults, fields, disabled, change }: StepPanelProps) {
  const { t } = useTranslation()
  const delay = step.delay ?? {}
  const set = (next: Delay) => change({ delay: next })
  const mode = modeOf(delay)
  const { window: open } = delay
  const kept = open ? { window: open } : {}
  const choose = (next: Mode) => {
    if (next === 'for') return set({ ...kept, seconds: 3600 })
    if (next === 'until') return set({ ...kept, until: new Date(Date.now() + 86_400_000).toISOString() })
    return set({ ...kept, field: fields.find(({ path }) => path.startsWith('data.'))?.path ?? 'data.' })
  }
  return (
    <>
      <SegmentedControl
        size="xs"
        aria-label={t('workflows.delay_mode')}
        value={mode}
        disabled={disabled}
        onChange={(next) => choose(next as Mode)}
        data={(['for', 'until', 'field'] as const).map((each) => ({
          value: each,
          label: t(`workflows.delay_${each}`),
        }))}
      />
      {mode === 'until' && (
        <TextInput
          type="datetime-local"
          label={t('workflows.delay_until')}
          value={localOf(delay.until)}
          error={faultAt(faults, 'delay.until')}
          disabled={disabled}
          onChange={({ currentTarget: { value } }) => value && set({ ...delay, until: new Date(value).toISOString() })}
        />
      )}
      {mode === 'field' && (
        <Autocomplete
          label={t('workflows.delay_path')}
          description={t('workflows.delay_path_hint')}
          value={delay.field ?? ''}
          error={faultAt(faults, 'delay.field')}
          disabled={disabled}
          data={fields.map(({ path }) => path)}
          onChange={(field) => set({ ...delay, field })}
        />
      )}
      {mode !== 'until' && (
        <Duration
          key={mode}
          label={t(mode === 'for' ? 'workflows.delay_for' : 'workflows.delay_offset')}
          {...(mode === 'field' ? { description: t('workflows.delay_offset_hint'), min: -31_622_400 } : {})}
          value={delay.seconds ?? 0}
          error={faultAt(faults, 'delay.seconds')}
          disabled={disabled}
          onChange={(seconds) => set({ ...delay, seconds })}
        />
      )}
      <Switch
        label={t('workflows.delay_window')}
        description={t('workflows.delay_window_hint')}
        checked={open !== undefined}
        disabled={disabled}
        onChange={({ currentTarget: { checked } }) => {
          const { window: _, ...rest } = delay
          set(checked ? { ...rest, window: { from: '09:00', to: '18:00' } } : rest)
        }}
      />
      {open && (
        <WindowFields
          window={open}
          faults={faults}
          disabled={disabled}
          onChange={(next) => set({ ...delay, window: next })}
        />
      )}
      <p className={classes.dim}>{t('workflows.delay_note')}</p>
    </>
  )
}

/** A moment as a field for local time takes it. */
function localOf(at: string | undefined): string {
  if (!at) return ''
  const date = new Date(at)
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}
