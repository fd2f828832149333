import { Button } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconList, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { LiveMark } from '../../components/LiveMark'
import { PageHeader } from '../../components/PageHeader'
import { usePermission } from '../../lib/session'
import { useNow, useShownZone } from '../../lib/time'
import { useSearchWords } from '../../lib/use-search'
import { isOneOf } from '../../lib/words'
import { Agenda } from './Agenda'
import { type Calendar as Answer, calendarQuery } from './api'
import classes from './Calendar.module.css'
import { CalendarBar } from './CalendarBar'
import { addDays, type Day, dayIn, daysOf, isDay, isZone, linesOf, startOf, type View, views } from './calendar'
import { Grid } from './Grid'

/** What every part of the calendar is given. */
export interface Shown {
  view: View
  date: Day
  today: Day
  zone: string
  go: (to: { view?: View; date?: Day; zone?: string }, quietly?: boolean) => void
}

/** All that is planned, by month, week or day, in one zone; kept in the address. */
export function CalendarPage() {
  const { t } = useTranslation()
  const shown = useShown()
  const days = useMemo(() => daysOf(shown.view, shown.date), [shown.view, shown.date])
  const from = startOf(days[0] ?? shown.date, shown.zone).toISOString()
  const to = startOf(addDays(days.at(-1) ?? shown.date, 1), shown.zone).toISOString()
  const query = useQuery(calendarQuery(from, to))
  return (
    <>
      <PageHeader title={t('schedules.calendar')} intro={t('schedules.calendar_intro')}>
        <LiveMark />
        <Button variant="default" component={Link} to="/schedules" leftSection={<IconList size={14} aria-hidden />}>
          {t('schedules.all')}
        </Button>
        {usePermission('schedules:write') && (
          <Button component={Link} to="/schedules/new" leftSection={<IconPlus size={14} aria-hidden />}>
            {t('schedules.new')}
          </Button>
        )}
      </PageHeader>
      <CalendarBar {...shown} />
      <Answered of={query}>{(found) => <Found found={found} days={days} shown={shown} />}</Answered>
    </>
  )
}

/** Where the calendar stands, as the address says. A narrow window has no room for a grid. */
function useShown(): Shown {
  const [search, setSearch] = useSearchWords()
  const now = useNow()
  const house = useShownZone() ?? Intl.DateTimeFormat().resolvedOptions().timeZone
  const narrow = useMediaQuery('(max-width: 760px)', false, { getInitialValueInEffect: false })
  const zone = search.zone && isZone(search.zone) ? search.zone : house
  const today = dayIn(now, zone)
  const asked = search.view && isOneOf(views, search.view) ? search.view : 'month'
  return {
    view: narrow && (asked === 'month' || asked === 'week') ? 'list' : asked,
    date: search.date && isDay(search.date) ? search.date : today,
    today,
    zone,
    go: (to, quietly) => setSearch({ ...search, ...to }, { replace: quietly ?? false }),
  }
}

function Found({ found, days, shown }: { found: Answer; days: Day[]; shown: Shown }) {
  const { t } = useTranslation()
  const lines = useMemo(() => linesOf(found.entries, shown.zone), [found.entries, shown.zone])
  const grid = shown.view === 'month' || shown.view === 'week'
  return (
    <>
      {found.truncated && <p className={classes.hint}>{t('schedules.truncated')}</p>}
      {found.dense.length > 0 && <p className={classes.hint}>{t('schedules.dense', { count: found.dense.length })}</p>}
      {grid ? <Grid days={days} lines={lines} shown={shown} /> : <Agenda days={days} lines={lines} shown={shown} />}
    </>
  )
}
