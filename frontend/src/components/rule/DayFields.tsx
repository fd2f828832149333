import { Checkbox, Group, MultiSelect } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { days, type RulePart } from './rule'
import { dayName, monthDay, monthName } from './words'

const monthDays = [...Array.from({ length: 31 }, (_, place) => place + 1), -1, -2, -3]
const months = Array.from({ length: 12 }, (_, place) => place + 1)

/** On which days: of the week, of the month, of the year. */
export function DayFields(part: RulePart) {
  const { kind } = part.draft
  return (
    <>
      {kind === 'weekly' && <Weekdays {...part} />}
      {(kind === 'monthly' || kind === 'yearly') && <MonthDays {...part} />}
      {(kind === 'monthly' || kind === 'yearly') && <Months {...part} />}
    </>
  )
}

function Weekdays({ draft, change, fault, disabled }: RulePart) {
  const { t, i18n } = useTranslation()
  return (
    <Checkbox.Group
      label={t('schedules.weekdays')}
      value={draft.weekdays}
      error={fault('rule.weekdays')}
      onChange={(weekdays) => change({ weekdays })}
    >
      <Group gap={14} mt={4}>
        {days.map((day) => (
          <Checkbox key={day} size="xs" value={day} label={dayName(day, i18n.language)} disabled={disabled} />
        ))}
      </Group>
    </Checkbox.Group>
  )
}

function MonthDays({ draft, change, fault, disabled }: RulePart) {
  const { t } = useTranslation()
  const late = draft.month_days.some((day) => Number(day) > 28)
  return (
    <MultiSelect
      label={t('schedules.month_days')}
      {...(late ? { description: t('schedules.month_days_late') } : {})}
      data={monthDays.map((day) => ({ value: `${day}`, label: monthDay(day, t) }))}
      value={draft.month_days}
      error={fault('rule.month_days')}
      disabled={disabled}
      searchable
      onChange={(month_days) => change({ month_days })}
    />
  )
}

function Months({ draft, change, fault, disabled }: RulePart) {
  const { t, i18n } = useTranslation()
  return (
    <Checkbox.Group
      label={t('schedules.months')}
      {...(draft.kind === 'monthly' ? { description: t('schedules.months_hint') } : {})}
      value={draft.months}
      error={fault('rule.months')}
      onChange={(chosen) => change({ months: chosen })}
    >
      <Group gap={14} mt={4}>
        {months.map((month) => (
          <Checkbox
            key={month}
            size="xs"
            value={`${month}`}
            label={monthName(month, i18n.language)}
            disabled={disabled}
          />
        ))}
      </Group>
    </Checkbox.Group>
  )
}
