import { useTranslation } from 'react-i18next'
import { Door } from '../../components/Door'
import table from '../../components/Table.module.css'
import type { Door as Target } from '../../lib/doors'
import type { Report, ReportAnswer, ReportColumn, Row, Value } from './api'
import { rowsOf } from './api'
import { bucketName } from './draw/grid'
import { dayName } from './draw/Heat'
import { figure } from './figures'
import classes from './Reports.module.css'
import type { ReportWords } from './words'

interface Props {
  report: Report
  answer: ReportAnswer
  group: string | undefined
  words: ReportWords
  open: (column: ReportColumn, row: Row) => Target | undefined
  /** Only for those who do not see the drawing: no links there, which nobody would see when they have the focus. */
  unseen?: boolean
}

/** As many rows as anybody reads; the file has them all. */
const most = 400

/** The rows of a report, each figure the door to its list. */
export function ReportTable({ report, answer, group, words, open, unseen = false }: Props) {
  const { t } = useTranslation()
  const all = rowsOf(answer)
  const rows = report.columns.some(({ type }) => type === 'time') ? all.slice(-most) : all.slice(0, most)
  const told = (value: Value, column: ReportColumn) => {
    if (column.type === 'time' && typeof value === 'string') return bucketName(value, answer, words.language)
    if (column.type === 'text') return words.value(value, column.name, group)
    if (report.chart === 'heat' && column.name === 'weekday') return dayName(Number(value), words.language)
    return figure(value, column, words.language)
  }
  const right = ({ type }: ReportColumn) => (type === 'text' || type === 'time' ? undefined : table.right)
  return (
    <div className={unseen ? 'unseen' : classes.table} {...(unseen ? {} : scrolled(words.title(report)))}>
      <table className={table.table}>
        <caption>{`${words.title(report)}. ${words.question(report)}`}</caption>
        <thead>
          <tr>
            {report.columns.map((column) => (
              <th key={column.name} scope="col" className={right(column)}>
                {words.column(column, group)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows of an answer have no name of their own and never move
            <tr key={place}>
              {report.columns.map((column) => {
                const text = told(row[column.name] ?? null, column)
                const door = unseen ? undefined : open(column, row)
                return (
                  <td key={column.name} className={right(column)}>
                    {door ? <Door door={door}>{text}</Door> : text}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {all.length > rows.length && (
        <p className="dim">{t('reports.rows_cut', { count: rows.length, all: all.length })}</p>
      )}
    </div>
  )
}

/** A box that scrolls must be reachable by keys, and then it needs a name. */
const scrolled = (name: string) => ({ role: 'group', tabIndex: 0, 'aria-label': name })
