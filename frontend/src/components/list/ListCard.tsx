import { Button } from '@mantine/core'
import type { Icon } from '@tabler/icons-react'
import { IconFilterOff } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { type ReactNode, useCallback, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { type ListSource, listQuery } from '../../lib/list'
import { usePolling } from '../../lib/live'
import { useListKeys } from '../../lib/use-list-keys'
import { useSearchWords } from '../../lib/use-search'
import type { Selection } from '../../lib/use-selection'
import { Answered } from '../Answered'
import { LoadingRows, State } from '../States'
import classes from '../Table.module.css'
import type { Column, RowKind } from './column'
import { DataTable } from './DataTable'
import { ListEnd } from './ListEnd'
import { NewestFirst } from './NewestFirst'

/** What a list says when it has no rows: a word of what this is, and what to do next. */
export interface Nothing {
  icon: Icon
  title: string
  text: string
  /** The next step, such as the button that makes the first one. */
  next?: ReactNode
  /** When only the filter leaves nothing. */
  noMatch: string
  noMatchText?: string
}

interface Props<Row> {
  caption: string
  source: ListSource<Row>
  columns: Column<Row>[]
  kind: RowKind<Row>
  nothing: Nothing
  selection?: Selection | undefined
  bulk?: ReactNode
}

/** The rows of a list in their card: loading, failed, forbidden, empty, or there. */
export function ListCard<Row>({ caption, source, columns, kind, nothing, selection, bulk }: Props<Row>) {
  const query = useInfiniteQuery({ ...listQuery(source), refetchInterval: usePolling() })
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.rows) ?? [], [query.data])
  const toggle = useCallback(
    (index: number) => {
      const row = rows[index]
      if (row !== undefined) selection?.toggle(kind.id(row))
    },
    [rows, selection, kind],
  )
  const shown = useMemo(() => columns.filter((column) => !column.fileOnly), [columns])
  useListKeys({ count: rows.length, toggle: selection && toggle })
  return (
    <section className={`card ${classes.stays}`} aria-label={caption}>
      <Answered of={query} loading={<LoadingRows rows={16} />}>
        {() =>
          rows.length === 0 ? (
            <NoRows nothing={nothing} />
          ) : (
            <>
              <NewestFirst of={source.key} />
              {bulk}
              <DataTable rows={rows} columns={shown} kind={kind} caption={caption} selection={selection} />
              <ListEnd query={query} count={rows.length} />
            </>
          )
        }
      </Answered>
    </section>
  )
}

function NoRows({ nothing }: { nothing: Nothing }) {
  const { t } = useTranslation()
  const [search, setSearch] = useSearchWords()
  if (Object.keys(search).length > 0) {
    return (
      <State icon={IconFilterOff} title={nothing.noMatch} text={nothing.noMatchText ?? t('list.no_match_text')}>
        <Button variant="default" onClick={() => setSearch({})}>
          {t('act.clear_all')}
        </Button>
      </State>
    )
  }
  return (
    <State icon={nothing.icon} title={nothing.title} text={nothing.text}>
      {nothing.next}
    </State>
  )
}
