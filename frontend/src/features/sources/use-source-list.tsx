import type { TFunction } from 'i18next'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Door } from '../../components/Door'
import type { Column, RowKind } from '../../components/list/column'
import { Time } from '../../components/Time'
import { doors } from '../../lib/doors'
import type { Source } from './api'

const kind: RowKind<Source> = { id: (row) => row.key, door: (row) => doors.source(row.key) }

/** How a list of sources looks. */
export function useSourceList(): { columns: Column<Source>[]; kind: RowKind<Source> } {
  const { t } = useTranslation()
  return useMemo(() => ({ columns: columnsOf(t), kind }), [t])
}

/** A count that may be a lower bound says so. */
export function eventsOf(row: Source): string {
  return `${row.events_last_day.toLocaleString()}${row.events_last_day_at_least ? '+' : ''}`
}

function columnsOf(t: TFunction): Column<Source>[] {
  return [
    { key: 'name', name: t('column.name'), lead: true, cell: (row) => row.name, csv: (row) => row.name },
    { key: 'key', name: t('column.key'), dim: true, cell: (row) => <code>{row.key}</code>, csv: (row) => row.key },
    {
      key: 'keys',
      name: t('sources.keys'),
      width: 100,
      right: true,
      above: true,
      cell: (row) => <Door door={doors.apiKeys({ source: row.key, state: 'live' })}>{row.live_keys}</Door>,
      csv: (row) => row.live_keys,
    },
    {
      key: 'events',
      name: t('sources.events'),
      width: 150,
      right: true,
      above: true,
      cell: (row) => <Door door={doors.eventsOf(row.key)}>{eventsOf(row)}</Door>,
      csv: (row) => row.events_last_day,
    },
    {
      key: 'last',
      name: t('sources.last_event'),
      width: 140,
      right: true,
      dim: true,
      above: true,
      cell: (row) => (row.last_event_at ? <Time at={row.last_event_at} /> : t('sources.never')),
      csv: (row) => row.last_event_at,
    },
    { key: 'created', name: t('column.created'), fileOnly: true, csv: (row) => row.created_at },
  ]
}
