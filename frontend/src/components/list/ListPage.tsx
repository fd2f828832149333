import type { ReactNode } from 'react'
import type { ListSource } from '../../lib/list'
import type { Selection } from '../../lib/use-selection'
import { LiveMark } from '../LiveMark'
import { PageHeader } from '../PageHeader'
import type { Column, RowKind } from './column'
import { FilterBar } from './FilterBar'
import { ListCard, type Nothing } from './ListCard'
import { ListMenu } from './ListMenu'

interface Props<Row> {
  title: string
  intro?: string
  /** What the table shows, for those who do not see it. */
  caption: string
  source: ListSource<Row>
  columns: Column<Row>[]
  kind: RowKind<Row>
  /** The controls that set the filter; each keeps its word in the address bar. */
  filters?: ReactNode
  /** What stands there when the list has nothing, and when the filter leaves nothing. */
  nothing: Nothing
  /** Leads between lists that belong together. */
  tabs?: ReactNode
  /** Actions of the page, such as the button that makes a new one. */
  actions?: ReactNode
  selection?: Selection
  /** What can be done with the chosen rows; stands above them. */
  bulk?: ReactNode
  /** What stands between the filters and the rows. */
  children?: ReactNode
}

/**
 * A whole list page: filters in the address bar, saved views, rows to walk
 * through by keys, more on scrolling, a table file, and every state a list can be in.
 */
export function ListPage<Row>(props: Props<Row>) {
  const { title, intro, caption, source, columns, kind, tabs, filters, nothing, actions, selection, bulk, children } =
    props
  return (
    <>
      <PageHeader title={title} {...(intro ? { intro } : {})}>
        <LiveMark />
        {actions}
        <ListMenu title={title} source={source} columns={columns} />
      </PageHeader>
      {tabs}
      {filters && <FilterBar>{filters}</FilterBar>}
      {children}
      <ListCard
        caption={caption}
        source={source}
        columns={columns}
        kind={kind}
        nothing={nothing}
        selection={selection}
        bulk={bulk}
      />
    </>
  )
}
