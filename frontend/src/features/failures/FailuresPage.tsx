import { IconCircleCheck, IconFilterOff } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { MessageFilterBar } from '../../components/filters/MessageFilterBar'
import { ListFoot } from '../../components/ListFoot'
import { LiveMark } from '../../components/LiveMark'
import { MessageTable } from '../../components/MessageTable'
import { PageHeader } from '../../components/PageHeader'
import { LoadingRows, State } from '../../components/States'
import { usePolling } from '../../lib/live'
import { filtersInUse, messageFilterOf, searchOf } from '../../lib/message-filter'
import { useSearchWords } from '../../lib/use-search'
import { causesQuery, failuresQuery } from './api'
import { Causes } from './Causes'
import { Repair } from './Repair'
import { useSelection } from './use-selection'

/** The statuses a dead letter can have. */
const dead = ['failed', 'unknown'] as const

export function FailuresPage() {
  const { t } = useTranslation()
  const [search, setSearch] = useSearchWords()
  const filter = useMemo(() => messageFilterOf(search), [search])
  const refetchInterval = usePolling()
  const list = useInfiniteQuery({ ...failuresQuery(filter), placeholderData: keepPreviousData, refetchInterval })
  const causes = useQuery({ ...causesQuery(filter), placeholderData: keepPreviousData, refetchInterval })
  const selection = useSelection()
  const filtered = filtersInUse(filter).length > 0
  return (
    <>
      <PageHeader title={t('failures.title')} intro={t('failures.intro')}>
        <LiveMark />
      </PageHeader>
      <MessageFilterBar filter={filter} statuses={dead} onChange={(next) => setSearch(searchOf(next))} />
      {causes.data && causes.data.length > 0 && <Causes causes={causes.data} filter={filter} />}
      <section className="card" aria-label={t('failures.list')}>
        <Answered of={list} loading={<LoadingRows rows={12} />}>
          {({ pages }) => {
            const rows = pages.flatMap((page) => page.rows)
            if (rows.length === 0) return <NoFailures filtered={filtered} />
            return (
              <>
                <Repair filter={filter} selected={[...selection.ids]} onDone={selection.clear} />
                <MessageTable rows={rows} caption={t('failures.list')} selection={selection} />
                <ListFoot
                  text={
                    list.hasNextPage
                      ? t('messages.shown_more', { count: rows.length })
                      : t('messages.shown', { count: rows.length })
                  }
                  hasMore={list.hasNextPage}
                  loading={list.isFetchingNextPage}
                  onMore={() => void list.fetchNextPage()}
                />
              </>
            )
          }}
        </Answered>
      </section>
    </>
  )
}

function NoFailures({ filtered }: { filtered: boolean }) {
  const { t } = useTranslation()
  return filtered ? (
    <State icon={IconFilterOff} title={t('failures.none_match')} text={t('messages.none_match_text')} />
  ) : (
    <State icon={IconCircleCheck} title={t('failures.empty')} text={t('failures.empty_text')} />
  )
}
