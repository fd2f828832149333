import { useTranslation } from 'react-i18next'
import type { Schema } from '../lib/api'
import { ColumnKind, ColumnTarget } from './ColumnTarget'
import table from './Table.module.css'

type Column = Schema['RosterColumn']

interface Props {
  headings: Schema['RosterHeading'][]
  columns: Column[]
  faultOf: (path: string) => string | undefined
  onChange: (columns: Column[], at: number) => void
}

/** What every column of a file fills, with what stands below it. */
export function ColumnMapping({ headings, columns, faultOf, onChange }: Props) {
  const { t } = useTranslation()
  const set = (at: number, column: Column) =>
    onChange(
      columns.map((each, place) => (place === at ? column : each)),
      at,
    )
  return (
    <div className={table.wrap}>
      <table className={table.table}>
        <caption>{t('imports.mapping')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('imports.column')}</th>
            <th scope="col">{t('imports.samples')}</th>
            <th scope="col">{t('imports.fills')}</th>
            <th scope="col">{t('imports.as')}</th>
          </tr>
        </thead>
        <tbody>
          {headings.map((heading, at) => {
            const part = {
              name: heading.name,
              column: columns[at] ?? { to: '' },
              onChange: (column: Column) => set(at, column),
            }
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: two columns may have the same name
              <tr key={at}>
                <td>
                  <strong>{heading.name}</strong>
                </td>
                <td className="cut">
                  <span className="dim">{heading.samples.join(' · ')}</span>
                </td>
                <td>
                  <ColumnTarget {...part} fault={faultOf(`columns[${at}].to`)} />
                </td>
                <td>
                  <ColumnKind {...part} />
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
