import type { TFunction } from 'i18next'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Column, RowKind } from '../../components/list/column'
import { StatusChip } from '../../components/StatusChip'
import { Time } from '../../components/Time'
import { usePermission } from '../../lib/session'
import { type Activity, aboutOf, deedOf, doorOf, statusOf } from './activity'

/** How somebody's activity looks as a list. */
export function useActivityList(person: string): { columns: Column<Activity>[]; kind: RowKind<Activity> } {
  const { t } = useTranslation()
  const mayAudit = usePermission('admin')
  return useMemo(
    () => ({
      columns: columnsOf(t),
      kind: { id: (row) => row.id, door: (row) => doorOf(row, person, mayAudit) },
    }),
    [t, person, mayAudit],
  )
}

const engagedOf = ({ engaged = [] }: Activity, t: TFunction): string =>
  engaged.map((each) => t(`segments.op_${each}`)).join(', ')

function columnsOf(t: TFunction): Column<Activity>[] {
  return [
    {
      key: 'kind',
      name: t('activity.kind'),
      width: 150,
      dim: true,
      cell: (row) => t(`activity_kind.${row.kind}`),
      csv: (row) => row.kind,
    },
    {
      key: 'what',
      name: t('activity.what'),
      width: 260,
      lead: true,
      cell: (row) => deedOf(row, t),
      csv: (row) => row.what,
    },
    {
      key: 'about',
      name: t('activity.about'),
      dim: true,
      cell: (row) => aboutOf(row, t),
      csv: (row) => aboutOf(row, t),
    },
    {
      key: 'state',
      name: t('activity.state'),
      width: 220,
      cell: (row) => <State row={row} />,
      csv: (row) => engagedOf(row, t),
    },
    {
      key: 'actor',
      name: t('activity.actor'),
      width: 150,
      dim: true,
      wide: true,
      cell: (row) => row.actor,
      csv: (row) => row.actor,
    },
    { key: 'ref', name: t('activity.ref'), fileOnly: true, csv: (row) => row.ref },
    {
      key: 'at',
      name: t('activity.at'),
      width: 130,
      right: true,
      dim: true,
      above: true,
      cell: (row) => <Time at={row.at} />,
      csv: (row) => row.at,
    },
  ]
}

/** How far a message came, and what the person did with it. */
function State({ row }: { row: Activity }) {
  const { t } = useTranslation()
  const status = statusOf(row)
  if (!status) return null
  const engaged = engagedOf(row, t)
  return (
    <>
      <StatusChip status={status} /> {engaged && <span className="dim">{engaged}</span>}
    </>
  )
}
