import { IconCircleCheck } from '@tabler/icons-react'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Column, RowKind } from '../../components/list/column'
import { ListCard } from '../../components/list/ListCard'
import type { Schema } from '../../lib/api'
import { faultList } from './api'
import type { Sync } from './draft'

type FaultyRow = Schema['RosterFaultyRow']
const kind: RowKind<FaultyRow> = { id: (row) => String(row.line) }
export const faultText = (faults: FaultyRow['faults']) =>
  faults.map(({ column, detail }) => (column ? `${column}: ${detail}` : detail)).join('; ')

/** The rows that the newest run could not store, each with its reasons. */
export function Faults({ sync }: { sync: Sync }) {
  const { t } = useTranslation()
  const source = useMemo(() => faultList(sync), [sync])
  const columns = useMemo(
    (): Column<FaultyRow>[] => [
      { key: 'line', name: t('imports.line'), width: 80, lead: true, cell: (row) => row.line, csv: (row) => row.line },
      {
        key: 'faults',
        name: t('imports.reason'),
        cell: (row) => faultText(row.faults),
        csv: (row) => faultText(row.faults),
      },
      { key: 'row', name: t('imports.row'), dim: true, cell: (row) => <code>{row.row}</code>, csv: (row) => row.row },
    ],
    [t],
  )
  return (
    <ListCard
      caption={t('imports.faults')}
      source={source}
      columns={columns}
      kind={kind}
      nothing={{
        icon: IconCircleCheck,
        title: t('imports.faults_gone'),
        text: t('syncs.faults_gone_text'),
        noMatch: t('imports.faults_gone'),
      }}
    />
  )
}
