import type { TFunction } from 'i18next'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Id } from '../../components/Id'
import type { Column, RowKind } from '../../components/list/column'
import { EventStatusChip } from '../../components/StatusChip'
import { Time } from '../../components/Time'
import type { Schema } from '../../lib/api'
import { doors } from '../../lib/doors'

type Event = Schema['Event']

const kind: RowKind<Event> = { id: (row) => row.id, door: (row) => doors.event(row.id) }

/** How a list of events looks. */
export function useEventList(): { columns: Column<Event>[]; kind: RowKind<Event> } {
  const { t } = useTranslation()
  return useMemo(() => ({ columns: columnsOf(t), kind }), [t])
}

function columnsOf(t: TFunction): Column<Event>[] {
  return [
    {
      key: 'status',
      name: t('column.status'),
      width: 124,
      cell: (row) => <EventStatusChip status={row.status} />,
      csv: (row) => row.status,
    },
    {
      key: 'type',
      name: t('column.type'),
      lead: true,
      cell: (row) => row.type || t('events.direct'),
      csv: (row) => row.type,
    },
    {
      key: 'source',
      name: t('column.source'),
      width: 140,
      dim: true,
      cell: (row) => row.source,
      csv: (row) => row.source,
    },
    {
      key: 'idempotency',
      name: t('events.idempotency_key'),
      dim: true,
      cell: (row) => row.idempotency_key,
      csv: (row) => row.idempotency_key,
    },
    {
      key: 'id',
      name: t('column.id'),
      width: 180,
      dim: true,
      above: true,
      cell: (row) => <Id id={row.id} />,
      csv: (row) => row.id,
    },
    { key: 'trace', name: t('message.trace'), fileOnly: true, csv: (row) => row.trace_id },
    {
      key: 'created',
      name: t('column.created'),
      width: 130,
      right: true,
      dim: true,
      above: true,
      cell: (row) => <Time at={row.created_at} />,
      csv: (row) => row.created_at,
    },
  ]
}
