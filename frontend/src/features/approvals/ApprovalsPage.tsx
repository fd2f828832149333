import { IconChecklist } from '@tabler/icons-react'
import type { TFunction } from 'i18next'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { PickFilter } from '../../components/filters/PickFilter'
import type { Column, RowKind } from '../../components/list/column'
import { ListPage } from '../../components/list/ListPage'
import { Time } from '../../components/Time'
import type { Schema } from '../../lib/api'
import { doors } from '../../lib/doors'
import { useSearchWords } from '../../lib/use-search'
import { approvalKinds, approvalStates } from '../../lib/words'
import { approvalFilterOf, approvalList } from './api'
import { StateChip } from './StateChip'

type Row = Schema['ApprovalRow']

const kind: RowKind<Row> = { id: (row) => row.id, door: (row) => doors.approval(row.id) }

export function ApprovalsPage() {
  const { t } = useTranslation()
  const [search] = useSearchWords()
  const filter = useMemo(() => approvalFilterOf(search), [search])
  const source = useMemo(() => approvalList(filter), [filter])
  const columns = useMemo(() => columnsOf(t), [t])
  const untouched = filter.state === 'waiting' && !filter.kind
  return (
    <ListPage
      title={t('approvals.title')}
      intro={t('approvals.intro')}
      caption={t('approvals.caption')}
      source={source}
      columns={columns}
      kind={kind}
      filters={<Filters />}
      nothing={{
        icon: IconChecklist,
        title: untouched ? t('approvals.none_waiting') : t('approvals.empty'),
        text: untouched ? t('approvals.none_waiting_text') : t('approvals.empty_text'),
        noMatch: t('approvals.none_match'),
      }}
    />
  )
}

function Filters() {
  const { t } = useTranslation()
  const states = approvalStates.filter((state) => state !== 'waiting')
  return (
    <>
      <PickFilter
        word="state"
        label={t('filter.status')}
        any={t('approvals.state_waiting')}
        choices={[
          ...states.map((value) => ({ value, label: t(`approvals.state_${value}`) })),
          { value: 'any', label: t('filter.any_status') },
        ]}
      />
      <PickFilter
        word="kind"
        label={t('approvals.kind')}
        any={t('approvals.any_kind')}
        choices={approvalKinds.map((value) => ({ value, label: t(`approvals.kind_${value}`) }))}
      />
    </>
  )
}

function columnsOf(t: TFunction): Column<Row>[] {
  return [
    {
      key: 'state',
      name: t('column.status'),
      width: 124,
      cell: (row) => <StateChip state={row.state} />,
      csv: (row) => row.state,
    },
    { key: 'title', name: t('approvals.subject'), lead: true, cell: (row) => row.title, csv: (row) => row.key },
    {
      key: 'kind',
      name: t('approvals.kind'),
      width: 110,
      dim: true,
      cell: (row) => t(`approvals.kind_${row.kind}`),
      csv: (row) => row.kind,
    },
    {
      key: 'version',
      name: t('approvals.version'),
      width: 80,
      right: true,
      cell: (row) => (row.kind === 'broadcast' ? '' : row.version),
      csv: (row) => row.version,
    },
    {
      key: 'by',
      name: t('approvals.submitted_by'),
      cell: (row) => row.submitted_by_name,
      csv: (row) => row.submitted_by_name,
    },
    {
      key: 'decider',
      name: t('approvals.decided_by'),
      dim: true,
      cell: (row) => row.decided_by_name ?? '',
      csv: (row) => row.decided_by_name ?? '',
    },
    {
      key: 'submitted',
      name: t('approvals.submitted'),
      width: 130,
      right: true,
      dim: true,
      above: true,
      cell: (row) => <Time at={row.submitted_at} />,
      csv: (row) => row.submitted_at,
    },
  ]
}
