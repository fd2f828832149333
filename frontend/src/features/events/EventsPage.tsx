import { Button, NativeSelect } from '@mantine/core'
import { IconBolt, IconFilterOff } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { SearchBox } from '../../components/filters/SearchBox'
import { ListFoot } from '../../components/ListFoot'
import { LiveMark } from '../../components/LiveMark'
import { PageHeader } from '../../components/PageHeader'
import { LoadingRows, State } from '../../components/States'
import { usePolling } from '../../lib/live'
import { useSearchWords } from '../../lib/use-search'
import { eventStatuses } from '../../lib/words'
import { eventsQuery } from './api'
import classes from './EventsPage.module.css'
import { EventTable } from './EventTable'
import { eventFilterOf } from './event-filter'

export function EventsPage() {
  const { t } = useTranslation()
  const [search, setSearch] = useSearchWords()
  const filter = useMemo(() => eventFilterOf(search), [search])
  const filtered = Object.keys(filter).length > 0
  const query = useInfiniteQuery({
    ...eventsQuery(filter),
    placeholderData: keepPreviousData,
    refetchInterval: usePolling(),
  })
  return (
    <>
      <PageHeader title={t('events.title')}>
        <LiveMark />
      </PageHeader>
      <div className={classes.bar}>
        <SearchBox
          label={t('filter.q')}
          placeholder={t('events.search_placeholder')}
          value={filter.q ?? ''}
          onSearch={(q) => setSearch({ ...filter, q })}
        />
        <NativeSelect
          size="xs"
          aria-label={t('filter.status')}
          value={filter.status ?? ''}
          onChange={(event) => setSearch({ ...filter, status: event.currentTarget.value })}
          data={[
            { value: '', label: t('filter.any_status') },
            ...eventStatuses.map((status) => ({ value: status, label: t(`event_status.${status}`) })),
          ]}
        />
        {filtered && (
          <Button variant="subtle" color="gray" c="var(--text-dim)" onClick={() => setSearch({})}>
            {t('act.clear_all')}
          </Button>
        )}
      </div>
      <div className="card">
        <Answered of={query} loading={<LoadingRows rows={16} />}>
          {({ pages }) => {
            const rows = pages.flatMap((page) => page.rows)
            if (rows.length === 0) {
              return filtered ? (
                <State icon={IconFilterOff} title={t('events.none_match')} text={t('events.none_match_text')} />
              ) : (
                <State icon={IconBolt} title={t('events.empty')} text={t('events.empty_text')} />
              )
            }
            return (
              <>
                <EventTable rows={rows} />
                <ListFoot
                  text={t('events.shown', { count: rows.length })}
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
