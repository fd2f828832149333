import { IconFilterOff, IconInbox } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
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
import { statuses } from '../../lib/words'
import { messagesQuery } from './api'

export function MessagesPage() {
  const { t } = useTranslation()
  const [search, setSearch] = useSearchWords()
  const filter = useMemo(() => messageFilterOf(search), [search])
  const query = useInfiniteQuery({
    ...messagesQuery(filter),
    placeholderData: keepPreviousData,
    refetchInterval: usePolling(),
  })
  return (
    <>
      <PageHeader title={t('messages.title')}>
        <LiveMark />
      </PageHeader>
      <MessageFilterBar filter={filter} statuses={statuses} onChange={(next) => setSearch(searchOf(next))} />
      <div className="card">
        <Answered of={query} loading={<LoadingRows rows={16} />}>
          {({ pages }) => {
            const rows = pages.flatMap((page) => page.rows)
            if (rows.length === 0) return <NoMessages filtered={filtersInUse(filter).length > 0} />
            return (
              <>
                <MessageTable rows={rows} caption={t('messages.caption')} />
                <ListFoot
                  text={
                    query.hasNextPage
                      ? t('messages.shown_more', { count: rows.length })
                      : t('messages.shown', { count: rows.length })
                  }
                  hasMore={query.hasNextPage}
                  loading={query.isFetchingNextPage}
                  onMore={() => void query.fetchNextPage()}
                />
              </>
            )
          }}
        </Answered>
      </div>
    </>
  )
}

function NoMessages({ filtered }: { filtered: boolean }) {
  const { t } = useTranslation()
  return filtered ? (
    <State icon={IconFilterOff} title={t('messages.none_match')} text={t('messages.none_match_text')} />
  ) : (
    <State icon={IconInbox} title={t('messages.empty')} text={t('messages.empty_text')} />
  )
}
