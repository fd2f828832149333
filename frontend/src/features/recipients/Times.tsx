import { Group, NumberInput, Select, Switch, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Schema } from '../../lib/api'
import type { Choices } from './choices'
import { Days } from './Days'
import classes from './RecipientPage.module.css'

interface Props {
  preferences: Choices
  disabled: boolean
  onChange: (next: Choices) => void
}

const usual: Schema['QuietHours'] = { enabled: true, start: '22:00', end: '07:00' }
const clock = /^([01]\d|2[0-3]):[0-5]\d$/

/** When somebody may be disturbed, and how often. */
export function Times({ preferences, disabled, onChange }: Props) {
  const { t } = useTranslation()
  const quiet = preferences.quiet_hours
  const cap = preferences.frequency_cap
  const set = (part: Partial<Schema['QuietHours']>) =>
    onChange({ ...preferences, quiet_hours: { ...(quiet ?? usual), ...part } })
  return (
    <div className={classes.section}>
      <Switch
        size="xs"
        label={t('recipients.quiet')}
        description={t('recipients.quiet_hint')}
        disabled={disabled}
        checked={quiet?.enabled ?? false}
        onChange={(event) => set({ enabled: event.currentTarget.checked })}
      />
      {quiet?.enabled && (
        <Group gap={8} mt={8} align="flex-end">
          <ClockTime
            label={t('recipients.quiet_start')}
            value={quiet.start}
            disabled={disabled}
            onSet={(start) => set({ start })}
          />
          <ClockTime
            label={t('recipients.quiet_end')}
            value={quiet.end}
            disabled={disabled}
            onSet={(end) => set({ end })}
          />
          <Days value={quiet.days ?? []} disabled={disabled} onChange={(days) => set({ days })} />
        </Group>
      )}
      <Switch
        mt={12}
        size="xs"
        label={t('recipients.cap')}
        description={t('recipients.cap_hint')}
        disabled={disabled}
        checked={cap !== undefined}
        onChange={(event) => {
          const { frequency_cap: _, ...others } = preferences
          onChange(event.currentTarget.checked ? { ...others, frequency_cap: { max: 5, per: 'day' } } : others)
        }}
      />
      {cap && (
        <Group gap={8} mt={8} align="flex-end">
          <NumberInput
            size="xs"
            w={90}
            min={1}
            max={10000}
            allowDecimal={false}
            label={t('recipients.cap_max')}
            disabled={disabled}
            value={cap.max}
            onBlur={(event) => {
              const max = Number(event.currentTarget.value)
              if (max >= 1 && max !== cap.max) onChange({ ...preferences, frequency_cap: { ...cap, max } })
            }}
          />
          <Select
            size="xs"
            w={120}
            allowDeselect={false}
            label={t('recipients.cap_per')}
            disabled={disabled}
            data={(['hour', 'day', 'week'] as const).map((value) => ({ value, label: t(`recipients.per_${value}`) }))}
            value={cap.per}
            onChange={(per) =>
              per && onChange({ ...preferences, frequency_cap: { ...cap, per: per as typeof cap.per } })
            }
          />
        </Group>
      )}
    </div>
  )
}

/** A time of day that counts once it is whole. */
function ClockTime({
  label,
  value,
  disabled,
  onSet,
}: {
  label: string
  value: string
  disabled: boolean
  onSet: (value: string) => void
}) {
  const { t } = useTranslation()
  const [text, setText] = useState(value)
  const fault = !clock.test(text)
  return (
    <TextInput
      size="xs"
      w={90}
      label={label}
      placeholder="22:00"
      disabled={disabled}
      value={text}
      error={fault && t('recipients.quiet_fault')}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => !fault && text !== value && onSet(text)}
    />
  )
}
