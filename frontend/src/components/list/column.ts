import type { ReactNode } from 'react'
import type { Cell } from '../../lib/csv'
import type { Door } from '../../lib/doors'

/** One column of a list: what its head says, what a cell shows, and what a table file holds. */
export interface Column<Row> {
  key: string
  name: string
  cell?: (row: Row) => ReactNode
  /** A column without is not exported. */
  csv?: (row: Row) => Cell
  /** In px; columns without share what is left. */
  width?: number
  right?: boolean
  dim?: boolean
  /** Its text leads to the row's page. */
  lead?: boolean
  /** Only in the table file, not on the page. */
  fileOnly?: boolean
  /** Only where the window is wide enough for all columns. */
  wide?: boolean
  /** It holds what can be pressed, above the row's own link. */
  above?: boolean
}

/** What the rows of a list are. */
export interface RowKind<Row> {
  id: (row: Row) => string
  /** The page of a row; its link covers the row. */
  door?: (row: Row) => Door
  /** What a screen reader says of a row's link; the text of the lead column without. */
  label?: (row: Row) => string
}
