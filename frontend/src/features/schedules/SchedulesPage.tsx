import { Button } from '@mantine/core'
import { IconCalendar, IconCalendarEvent, IconPlus } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { TFunction } from 'i18next'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { KeyChip } from '../../components/filters/KeyChip'
import { PickFilter } from '../../components/filters/PickFilter'
import { SearchFilter } from '../../components/filters/SearchFilter'
import type { Column, RowKind } from '../../components/list/column'
import { ListPage } from '../../components/list/ListPage'
import { ruleWords, zoneWords } from '../../components/rule/words'
import { Time } from '../../components/Time'
import { doors } from '../../lib/doors'
import { usePermission } from '../../lib/session'
import { useSearchWords } from '../../lib/use-search'
import { isOneOf } from '../../lib/words'
import { type Filter, type Schedule, scheduleList, states } from './api'
import { StateChip } from './StateChip'
import { namedKinds } from './target'
import { targetWords } from './words'

const kind: RowKind<Schedule> = { id: (row) => row.id, door: (row) => doors.schedule(row.id), label: (row) => row.name }

/** What happens by itself at its time. */
export function SchedulesPage() {
  const { t, i18n } = useTranslation()
  const [{ q, state, target, group, segment }] = useSearchWords()
  const source = useMemo(() => {
    const filter: Filter = {}
    if (q) filter.q = q
    if (state && isOneOf(states, state)) filter.state = state
    if (target) filter.target = target
    if (group) filter.group = group
    if (segment) filter.segment = segment
    return scheduleList(filter)
  }, [q, state, target, group, segment])
  const columns = useMemo(() => columnsOf(t, i18n.language), [t, i18n.language])
  const mayWrite = usePermission('schedules:write')
  return (
    <ListPage
      title={t('schedules.title')}
      intro={t('schedules.intro')}
      caption={t('schedules.caption')}
      source={source}
      columns={columns}
      kind={kind}
      actions={
        <>
          <Button
            variant="default"
            component={Link}
            to="/schedules/calendar"
            leftSection={<IconCalendar size={14} aria-hidden />}
          >
            {t('schedules.calendar')}
          </Button>
          {mayWrite && (
            <Button component={Link} to="/schedules/new" leftSection={<IconPlus size={14} aria-hidden />}>
              {t('schedules.new')}
            </Button>
          )}
        </>
      }
      filters={
        <>
          <SearchFilter placeholder={t('schedules.search_placeholder')} />
          <PickFilter
            word="state"
            label={t('filter.status')}
            any={t('filter.any_status')}
            choices={states.map((value) => ({ value, label: t(`schedules.state_${value}`) }))}
          />
          <PickFilter
            word="target"
            label={t('schedules.causes')}
            any={t('schedules.any_target')}
            choices={namedKinds.map((value) => ({ value, label: t(`schedules.target_${value}`) }))}
          />
          <KeyChip word="segment" />
          <KeyChip word="group" />
        </>
      }
      nothing={{
        icon: IconCalendarEvent,
        title: t('schedules.empty'),
        text: t('schedules.empty_text'),
        noMatch: t('schedules.none_match'),
      }}
    />
  )
}

const columnsOf = (t: TFunction, locale: string): Column<Schedule>[] => [
  {
    key: 'state',
    name: t('column.status'),
    width: 110,
    cell: (row) => <StateChip state={row.state} />,
    csv: (row) => row.state,
  },
  { key: 'name', name: t('column.name'), lead: true, cell: (row) => row.name, csv: (row) => row.name },
  {
    key: 'rule',
    name: t('schedules.when'),
    cell: (row) => ruleWords(row.rule, t, locale),
    csv: (row) => JSON.stringify(row.rule),
  },
  {
    key: 'zone',
    name: t('schedules.zone'),
    width: 150,
    dim: true,
    wide: true,
    cell: (row) => zoneWords(row.zone, t),
    csv: (row) => row.zone,
  },
  {
    key: 'target',
    name: t('schedules.causes'),
    width: 220,
    cell: (row) => targetWords(row, t),
    csv: (row) => row.target.kind,
  },
  {
    key: 'next',
    name: t('schedules.next'),
    width: 120,
    right: true,
    above: true,
    cell: (row) => row.next_at && <Time at={row.next_at} />,
    csv: (row) => row.next_at ?? '',
  },
  {
    key: 'fires',
    name: t('schedules.fires'),
    width: 80,
    right: true,
    dim: true,
    wide: true,
    cell: (row) => row.fires.toLocaleString(locale),
    csv: (row) => row.fires,
  },
]
