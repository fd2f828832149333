import { IconHistory } from '@tabler/icons-react'
import type { TFunction } from 'i18next'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Column, RowKind } from '../../components/list/column'
import { ListCard } from '../../components/list/ListCard'
import { Time } from '../../components/Time'
import { runList } from './api'
import type { Run, Sync } from './draft'
import { RunState, Why } from './RunState'
import classes from './Syncs.module.css'

const kind: RowKind<Run> = { id: (row) => row.id }

/** All runs, newest first. */
export function Runs({ sync }: { sync: Sync }) {
  const { t } = useTranslation()
  const source = useMemo(() => runList(sync), [sync])
  const columns = useMemo(() => columnsOf(t), [t])
  if (!sync.last) return null
  return (
    <details className={classes.runs}>
      <summary>{t('syncs.runs')}</summary>
      <ListCard
        caption={t('syncs.runs')}
        source={source}
        columns={columns}
        kind={kind}
        nothing={{
          icon: IconHistory,
          title: t('syncs.never_ran'),
          text: t('syncs.runs_text'),
          noMatch: t('syncs.never_ran'),
        }}
      />
    </details>
  )
}

const columnsOf = (t: TFunction): Column<Run>[] => [
  { key: 'state', name: t('column.status'), width: 150, lead: true, cell: (row) => <RunState state={row.state} /> },
  ...(['read', 'upserted', 'unchanged', 'faulty', 'absent'] as const).map((key) => ({
    key,
    name: t(`syncs.count_${key}`),
    width: 110,
    right: true,
    cell: (row: Run) => row[key].toLocaleString(),
  })),
  { key: 'why', name: t('column.note'), dim: true, cell: (row) => <Why run={row} /> },
  {
    key: 'created',
    name: t('syncs.ran'),
    width: 130,
    right: true,
    dim: true,
    cell: (row) => <Time at={row.created_at} />,
  },
]
