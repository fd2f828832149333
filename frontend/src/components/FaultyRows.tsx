import { IconCircleCheck } from '@tabler/icons-react'
import type { TFunction } from 'i18next'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { csvLine } from '../lib/csv'
import { type FaultyRow, faultList, type Import } from '../lib/imports'
import type { Column, RowKind } from './list/column'
import { DataTable } from './list/DataTable'
import { ListCard } from './list/ListCard'

const kind: RowKind<FaultyRow> = { id: (row) => String(row.line) }
const plain = { margin: 0, padding: 0, listStyle: 'none' }

/** Every row of a file that cannot be taken, with what is wrong with it. */
export function FaultyRows({ of }: { of: Import }) {
  const { t } = useTranslation()
  const columns = useMemo(() => columnsOf(t), [t])
  const source = useMemo(() => faultList(of), [of])
  return (
    <ListCard
      caption={t('imports.faults')}
      source={source}
      columns={columns}
      kind={kind}
      nothing={{
        icon: IconCircleCheck,
        title: t('imports.faults_gone'),
        text: t('imports.faults_gone_text'),
        noMatch: t('imports.faults_gone'),
      }}
    />
  )
}

/** Faulty rows that are all here. */
export function FaultyTable({ rows }: { rows: FaultyRow[] }) {
  const { t } = useTranslation()
  const columns = useMemo(() => columnsOf(t), [t])
  return <DataTable rows={rows} columns={columns} kind={kind} caption={t('imports.faults')} />
}

/** The lines of a file of faulty rows. */
export const faultyLines = (rows: FaultyRow[], t: TFunction) => [
  csvLine([t('imports.line'), t('imports.reason'), t('imports.row')]),
  ...rows.map((row) => csvLine(columnsOf(t).map((column) => column.csv?.(row)))),
]

const columnsOf = (t: TFunction): Column<FaultyRow>[] => [
  { key: 'line', name: t('imports.line'), width: 80, lead: true, cell: (row) => row.line, csv: (row) => row.line },
  {
    key: 'faults',
    name: t('imports.reason'),
    cell: (row) => (
      <ul style={plain}>
        {row.faults.map((fault) => (
          <li key={`${fault.column} ${fault.code}`}>
            {fault.column && <strong>{fault.column}: </strong>}
            {fault.detail}
          </li>
        ))}
      </ul>
    ),
    csv: (row) => row.faults.map(({ column, detail }) => `${column} ${detail}`.trim()).join('; '),
  },
  { key: 'row', name: t('imports.row'), dim: true, cell: (row) => <code>{row.row}</code>, csv: (row) => row.row },
]
