import { IconLayout, IconPuzzle } from '@tabler/icons-react'
import type { TFunction } from 'i18next'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Column, RowKind } from '../../components/list/column'
import { ListPage } from '../../components/list/ListPage'
import { StageChip } from '../../components/StageChip'
import { doors } from '../../lib/doors'
import { usePermission } from '../../lib/session'
import { Kinds } from './Kinds'
import { NewPart } from './NewPart'
import { type PartItem, type PartKind, partList } from './parts'

type Row = PartItem

const rows: Record<PartKind, RowKind<Row>> = {
  layouts: { id: (row) => row.key, door: (row) => doors.layout(row.key) },
  partials: { id: (row) => row.key, door: (row) => doors.partial(row.key) },
}
const sources = { layouts: partList('layouts'), partials: partList('partials') }

/** What emails are set in. */
export const LayoutsPage = () => <PartsPage kind="layouts" />

/** What templates, layouts and other partials render by name. */
export const PartialsPage = () => <PartsPage kind="partials" />

function PartsPage({ kind }: { kind: PartKind }) {
  const { t } = useTranslation()
  const columns = useMemo(() => columnsOf(kind, t), [kind, t])
  const writes = usePermission('content:write')
  return (
    <ListPage
      title={t(`${kind}.title`)}
      intro={t(`${kind}.intro`)}
      caption={t(`${kind}.caption`)}
      source={sources[kind]}
      columns={columns}
      kind={rows[kind]}
      tabs={<Kinds kind={kind} />}
      actions={writes && <NewPart kind={kind} />}
      nothing={{
        icon: kind === 'layouts' ? IconLayout : IconPuzzle,
        title: t(`${kind}.empty`),
        text: t(`${kind}.empty_text`),
        noMatch: t(`${kind}.empty`),
      }}
    />
  )
}

function columnsOf(kind: PartKind, t: TFunction): Column<Row>[] {
  return [
    {
      key: 'state',
      name: t('column.status'),
      width: 124,
      cell: (row) => <StageChip stage={row.state} />,
      csv: (row) => row.state,
    },
    { key: 'key', name: t('templates.key'), lead: true, cell: (row) => row.key, csv: (row) => row.key },
    ...(kind === 'partials' ? [parametersOf(t)] : []),
    {
      key: 'used_by',
      name: t(`${kind}.used_by`),
      dim: true,
      cell: (row) => <span title={row.used_by.join(', ')}>{usedBy(kind, row, t)}</span>,
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

/** What a partial can be given; what it can do without has a question mark. */
function parametersOf(t: TFunction): Column<Row> {
  const text = ({ parameters = [] }: Row) => parameters.map(({ name, required }) => (required ? name : `${name}?`))
  return {
    key: 'parameters',
    name: t('partials.parameters'),
    dim: true,
    cell: (row) => text(row).join(', ') || '–',
    csv: (row) => text(row).join(' '),
  }
}

/** The first few by name, the others as a number. */
function usedBy(kind: PartKind, { used_by }: Row, t: TFunction): string {
  if (used_by.length === 0) return t(`${kind}.unused`)
  const named = used_by.slice(0, 3).join(', ')
  const others = used_by.length - 3
  return others > 0 ? t('layouts.and_more', { named, count: others }) : named
}
