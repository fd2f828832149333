import { Checkbox } from '@mantine/core'
import { memo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Selection } from '../../lib/use-selection'
import { Door } from '../Door'
import classes from '../Table.module.css'
import type { Column, RowKind } from './column'

interface Props<Row> {
  row: Row
  index: number
  columns: Column<Row>[]
  kind: RowKind<Row>
  selection: Selection | undefined
}

function Drawn<Row>({ row, index, columns, kind, selection }: Props<Row>) {
  const { t } = useTranslation()
  const id = kind.id(row)
  const selected = selection?.ids.has(id) ?? false
  return (
    <tr data-row={index} aria-rowindex={index + 2} data-selected={selected || undefined}>
      {selection && (
        <td>
          <Checkbox
            className={classes.above}
            size="xs"
            aria-label={t('list.select', { id })}
            checked={selected}
            onChange={() => selection.toggle(id)}
          />
        </td>
      )}
      {columns.map((column) => (
        <td key={column.key} className={classOf(column)}>
          {within(row, column, kind)}
        </td>
      ))}
    </tr>
  )
}

/** Rows that are there already are not drawn again while others scroll into view. */
export const DataRow = memo(Drawn) as typeof Drawn

function classOf<Row>({ right, dim, wide }: Column<Row>): string {
  return ['cut', right && classes.right, dim && classes.dim, wide && classes.wide].filter(Boolean).join(' ')
}

function within<Row>(row: Row, { cell, lead, above }: Column<Row>, kind: RowKind<Row>): ReactNode {
  const shown = cell?.(row)
  if (lead && kind.door) {
    const label = kind.label?.(row)
    return (
      <Door door={kind.door(row)} className={classes.cover} {...(label ? { label } : {})}>
        {shown}
      </Door>
    )
  }
  return above ? <span className={classes.above}>{shown}</span> : shown
}
