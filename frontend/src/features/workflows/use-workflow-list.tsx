import { useQuery } from '@tanstack/react-query'
import type { TFunction } from 'i18next'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { ChannelIcons } from '../../components/ChannelLabel'
import { Door } from '../../components/Door'
import type { Column, RowKind } from '../../components/list/column'
import { StageChip } from '../../components/StageChip'
import { Time } from '../../components/Time'
import type { Schema } from '../../lib/api'
import { doors } from '../../lib/doors'
import { useCategoryName } from '../../lib/names'
import type { Status } from '../../lib/words'
import { activityQuery, type Workflow } from './api'
import { InUse } from './InUse'

const kind: RowKind<Workflow> = { id: (row) => row.key, door: (row) => doors.workflow(row.key) }

type Counts = Partial<Record<string, number>>

/** How a list of workflows looks. */
export function useWorkflowList(): { columns: Column<Workflow>[]; kind: RowKind<Workflow> } {
  const { t } = useTranslation()
  const { data } = useQuery(activityQuery)
  const categoryOf = useCategoryName()
  return useMemo(
    () => ({ columns: columnsOf({ t, categoryOf }, byWorkflow(data?.rows ?? [])), kind }),
    [t, categoryOf, data],
  )
}

const byWorkflow = (rows: Schema['Activity'][]) =>
  new Map<string, Counts>(rows.map((row) => [row.workflow, row.counts]))

/** The counts a list has room for; each is a door to the messages behind it. */
const outcomes: { name: 'sent' | 'skipped' | 'failed'; statuses: Status[] }[] = [
  { name: 'sent', statuses: ['sent', 'delivered'] },
  { name: 'skipped', statuses: ['skipped'] },
  { name: 'failed', statuses: ['failed', 'unknown'] },
]

interface Words {
  t: TFunction
  categoryOf: (key: string) => string
}

function columnsOf({ t, categoryOf }: Words, activity: Map<string, Counts>): Column<Workflow>[] {
  const sum = (row: Workflow, statuses: Status[]) =>
    statuses.reduce((total, status) => total + (activity.get(row.key)?.[status] ?? 0), 0)
  const from = new Date(Date.now() - 86_400_000).toISOString()
  return [
    {
      key: 'name',
      name: t('workflows.name'),
      lead: true,
      cell: (row) => row.name || row.key,
      csv: (row) => row.name,
    },
    { key: 'key', name: t('workflows.key'), fileOnly: true, csv: (row) => row.key },
    {
      key: 'type',
      name: t('workflows.event_type'),
      dim: true,
      wide: true,
      cell: (row) => row.event_type,
      csv: (row) => row.event_type,
    },
    {
      key: 'state',
      name: t('column.status'),
      width: 104,
      cell: (row) => <StageChip stage={row.review.state} />,
      csv: (row) => row.review.state,
    },
    {
      key: 'channels',
      name: t('workflows.channels'),
      width: 128,
      dim: true,
      cell: (row) => <ChannelIcons channels={(row.steps ?? []).flatMap((step) => step.channel ?? [])} />,
      csv: (row) => (row.steps ?? []).map((step) => step.channel).join(' '),
    },
    {
      key: 'category',
      name: t('workflows.kind'),
      dim: true,
      cell: (row) => kindOf(row, { t, categoryOf }),
      csv: (row) => row.category,
    },
    { key: 'priority', name: t('column.priority'), fileOnly: true, csv: (row) => row.priority },
    {
      key: 'enabled',
      name: t('workflows.in_use'),
      width: 62,
      above: true,
      cell: (row) => <InUse workflow={row} />,
      csv: (row) => String(row.enabled && !row.review.retired_at),
    },
    ...outcomes.map(({ name, statuses }) => ({
      key: name,
      name: t(`workflows.day_${name}`),
      width: 70,
      right: true,
      above: true,
      cell: (row: Workflow) => (
        <Count of={sum(row, statuses)} door={doors.messages({ workflow: row.key, status: statuses, from })} />
      ),
      csv: (row: Workflow) => sum(row, statuses),
    })),
    {
      key: 'updated',
      name: t('workflows.updated'),
      width: 124,
      wide: true,
      right: true,
      dim: true,
      above: true,
      cell: (row) => <Time at={row.updated_at} />,
      csv: (row) => row.updated_at,
    },
  ]
}

/** Its category, and what is out of the ordinary about it. */
function kindOf({ category, priority, critical, enabled }: Workflow, { t, categoryOf }: Words): string {
  const marks = [
    categoryOf(category),
    priority !== 'medium' && t(`priority.${priority}`),
    critical && t('workflows.critical_short'),
    !enabled && t('workflows.off'),
  ]
  return marks.filter(Boolean).join(' · ')
}

function Count({ of: count, door }: { of: number; door: ReturnType<typeof doors.messages> }) {
  return count === 0 ? <span style={{ color: 'var(--text-dim)' }}>0</span> : <Door door={door}>{count}</Door>
}
