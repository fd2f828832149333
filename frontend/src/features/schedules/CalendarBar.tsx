import { ActionIcon, Button, Group, SegmentedControl, Select } from '@mantine/core'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { zones } from '../../lib/locales'
import { isOneOf } from '../../lib/words'
import classes from './Calendar.module.css'
import type { Shown } from './CalendarPage'
import { addDays, step, views, weekOf } from './calendar'

/** Which time is shown, how, and by whose clocks. */
export function CalendarBar(shown: Shown) {
  const { t, i18n } = useTranslation()
  const { view, date, today, zone, go } = shown
  return (
    <div className={classes.bar}>
      <Group gap={4} wrap="nowrap">
        <ActionIcon
          variant="default"
          size="md"
          aria-label={t('schedules.earlier')}
          onClick={() => go({ date: step(view, date, -1) })}
        >
          <IconChevronLeft size={16} aria-hidden />
        </ActionIcon>
        <Button variant="default" size="xs" disabled={date === today} onClick={() => go({ date: today })}>
          {t('schedules.today')}
        </Button>
        <ActionIcon
          variant="default"
          size="md"
          aria-label={t('schedules.later')}
          onClick={() => go({ date: step(view, date, 1) })}
        >
          <IconChevronRight size={16} aria-hidden />
        </ActionIcon>
      </Group>
      <h2 className={classes.title} aria-live="polite">
        {titleOf(shown, i18n.language)}
      </h2>
      <Select
        size="xs"
        aria-label={t('schedules.zone')}
        data={zones.includes(zone) ? zones : [zone, ...zones]}
        value={zone}
        searchable
        limit={30}
        allowDeselect={false}
        className={classes.zone}
        onChange={(chosen) => chosen && go({ zone: chosen })}
      />
      <SegmentedControl
        size="xs"
        aria-label={t('schedules.view')}
        value={view}
        data={views.map((value) => ({ value, label: t(`schedules.view_${value}`) }))}
        onChange={(chosen) => isOneOf(views, chosen) && go({ view: chosen })}
      />
    </div>
  )
}

/** The time that is shown, in words. */
function titleOf({ view, date }: Shown, locale: string): string {
  const at = (day: string) => new Date(`${day}T00:00:00Z`)
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' })
  if (view === 'day') return format({ dateStyle: 'full' }).format(at(date))
  if (view !== 'week') return format({ month: 'long', year: 'numeric' }).format(at(date))
  const first = weekOf(date)
  return format({ day: 'numeric', month: 'short', year: 'numeric' }).formatRange(at(first), at(addDays(first, 6)))
}
