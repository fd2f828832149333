import { IconLayout } from '@tabler/icons-react'
import type { TFunction } from 'i18next'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Column, RowKind } from '../../components/list/column'
import { ListPage } from '../../components/list/ListPage'
import { StageChip } from '../../components/StageChip'
import type { Schema } from '../../lib/api'
import { doors } from '../../lib/doors'
import { usePermission } from '../../lib/session'
import { Kinds } from './Kinds'
import { layoutList } from './layouts'
import { NewLayout } from './NewLayout'

type Row = Schema['LayoutItem']

const kind: RowKind<Row> = { id: (row) => row.key, door: (row) => doors.layout(row.key) }

export function LayoutsPage() {
  const { t } = useTranslation()
  const columns = useMemo(() => columnsOf(t), [t])
  const writes = usePermission('content:write')
  return (
    <ListPage
      title={t('layouts.title')}
      intro={t('layouts.intro')}
      caption={t('layouts.caption')}
      source={layoutList}
      columns={columns}
      kind={kind}
      actions={writes && <NewLayout />}
      nothing={{
        icon: IconLayout,
        title: t('layouts.empty'),
        text: t('layouts.empty_text'),
        noMatch: t('layouts.empty'),
      }}
    >
      <Kinds kind="layouts" />
    </ListPage>
  )
}

function columnsOf(t: TFunction): Column<Row>[] {
  return [
    {
      key: 'state',
      name: t('column.status'),
      width: 124,
      cell: (row) => <StageChip stage={row.state} />,
      csv: (row) => row.state,
    },
    { key: 'key', name: t('templates.key'), lead: true, cell: (row) => row.key, csv: (row) => row.key },
    {
      key: 'used_by',
      name: t('layouts.used_by'),
      dim: true,
      cell: (row) => <span title={row.used_by.join(', ')}>{usedBy(row, t)}</span>,
      csv: (row) => row.used_by.join(' '),
    },
    {
      key: 'live',
      name: t('stage.live'),
      width: 64,
      right: true,
      cell: (row) => (row.live_version ? `v${row.live_version}` : '–'),
      csv: (row) => row.live_version,
    },
  ]
}

/** The first few by name, the others as a number. */
function usedBy({ used_by }: Row, t: TFunction): string {
  if (used_by.length === 0) return t('layouts.unused')
  const named = used_by.slice(0, 3).join(', ')
  const others = used_by.length - 3
  return others > 0 ? t('layouts.and_more', { named, count: others }) : named
}
