import { Checkbox } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { rowHeight, useRowWindow } from '../../lib/use-row-window'
import type { Selection } from '../../lib/use-selection'
import classes from '../Table.module.css'
import type { Column, RowKind } from './column'
import { DataRow } from './DataRow'

export interface TableProps<Row> {
  rows: Row[]
  columns: Column<Row>[]
  kind: RowKind<Row>
  caption: string
  selection?: Selection | undefined
}

/** Rows, one dense line each. A long table draws only what is near the eye. */
export function DataTable<Row>({ rows, columns, kind, caption, selection }: TableProps<Row>) {
  const { body, from, to } = useRowWindow(rows.length)
  const span = columns.length + (selection ? 1 : 0)
  return (
    <div className={classes.wrap}>
      <table className={`${classes.table} ${classes.fixed}`} aria-rowcount={rows.length + 1}>
        <caption>{caption}</caption>
        <colgroup>
          {selection && <col style={{ width: 40 }} />}
          {columns.map(({ key, width, wide }) => (
            <col key={key} className={wide ? classes.wide : undefined} style={width ? { width } : {}} />
          ))}
        </colgroup>
        <Head ids={rows.map(kind.id)} columns={columns} selection={selection} />
        <tbody ref={body} data-rows>
          <Gap rows={from} span={span} />
          {rows.slice(from, to).map((row, index) => (
            <DataRow
              key={kind.id(row)}
              row={row}
              index={from + index}
              columns={columns}
              kind={kind}
              selection={selection}
            />
          ))}
          <Gap rows={rows.length - to} span={span} />
        </tbody>
      </table>
    </div>
  )
}

/** The room of rows that are not drawn. */
function Gap({ rows, span }: { rows: number; span: number }) {
  if (rows <= 0) return null
  return (
    <tr aria-hidden className={classes.gap}>
      <td colSpan={span} style={{ height: rows * rowHeight }} />
    </tr>
  )
}

interface HeadProps<Row> {
  ids: string[]
  columns: Column<Row>[]
  selection: Selection | undefined
}

function Head<Row>({ ids, columns, selection }: HeadProps<Row>) {
  const { t } = useTranslation()
  const chosen = selection ? ids.filter((id) => selection.ids.has(id)).length : 0
  return (
    <thead>
      <tr>
        {selection && (
          <th scope="col">
            <Checkbox
              size="xs"
              aria-label={t('list.select_all')}
              checked={chosen > 0 && chosen === ids.length}
              indeterminate={chosen > 0 && chosen < ids.length}
              onChange={() => selection.toggleAll(ids)}
            />
          </th>
        )}
        {columns.map(({ key, name, right, wide }) => (
          <th
            key={key}
            scope="col"
            className={[right && classes.right, wide && classes.wide].filter(Boolean).join(' ')}
          >
            {name}
          </th>
        ))}
      </tr>
    </thead>
  )
}
