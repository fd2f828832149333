import { Group, Select, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Schema } from '../../lib/api'
import classes from './Reports.module.css'

/** When a report is sent: once, or by the clock of the page's zone. */
export interface Sending {
  when: 'now' | 'daily' | 'weekly' | 'monthly'
  at: string
  day: string
}
export const atOnce: Sending = { when: 'now', at: '08:00', day: 'mon' }

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

export function ruleOf({ when, at, day }: Sending): Schema['ScheduleRule'] | undefined {
  if (when === 'now') return undefined
  const times = [at]
  if (when === 'daily') return { kind: when, times }
  if (when === 'weekly') return { kind: when, times, weekdays: [day as (typeof days)[number]] }
  return { kind: when, times, month_days: [1] }
}

interface Props {
  value: Sending
  zone: string
  /** Why it can only be sent now. */
  fixed: boolean
  onChange: (value: Sending) => void
}

export function When({ value, zone, fixed, onChange }: Props) {
  const { t, i18n } = useTranslation()
  const dayName = new Intl.DateTimeFormat(i18n.language, { weekday: 'long', timeZone: 'UTC' })
  const set = (part: Partial<Sending>) => onChange({ ...value, ...part })
  return (
    <div>
      <Group gap={8} align="flex-end">
        <Select
          label={t('reports.send_when')}
          allowDeselect={false}
          disabled={fixed}
          w={180}
          data={(['now', 'daily', 'weekly', 'monthly'] as const).map((when) => ({
            value: when,
            label: t(`reports.when_${when}`),
          }))}
          value={value.when}
          onChange={(when) => set({ when: (when ?? 'now') as Sending['when'] })}
        />
        {value.when === 'weekly' && (
          <Select
            label={t('reports.send_on')}
            allowDeselect={false}
            w={140}
            // The first of January 2024 was a Monday.
            data={days.map((day, place) => ({ value: day, label: dayName.format(Date.UTC(2024, 0, 1 + place)) }))}
            value={value.day}
            onChange={(day) => set({ day: day ?? 'mon' })}
          />
        )}
        {value.when !== 'now' && (
          <TextInput
            required
            type="time"
            label={t('reports.send_at')}
            value={value.at}
            onChange={(event) => set({ at: event.currentTarget.value })}
          />
        )}
      </Group>
      {fixed && <p className={classes.question}>{t('reports.send_fixed')}</p>}
      {value.when !== 'now' && <p className={classes.question}>{t('reports.send_zone', { zone })}</p>}
    </div>
  )
}
