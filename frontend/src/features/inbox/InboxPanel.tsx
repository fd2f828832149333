import { Button, SegmentedControl } from '@mantine/core'
import { IconBellCheck, IconBellZ } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { LoadingRows, State } from '../../components/States'
import { countsQuery, type InboxStatus, inboxQuery, useMark } from './api'
import { InboxEntry } from './InboxEntry'
import classes from './InboxPanel.module.css'

export function InboxPanel({ onLeave }: { onLeave: () => void }) {
  const { t } = useTranslation()
  const [status, setStatus] = useState<InboxStatus>('all')
  const query = useInfiniteQuery(inboxQuery(status))
  const unread = useQuery(countsQuery).data?.unread ?? 0
  const mark = useMark()
  return (
    <>
      <div className={classes.head}>
        <h2>{t('inbox.title')}</h2>
        <SegmentedControl
          size="xs"
          aria-label={t('inbox.show')}
          value={status}
          onChange={(next) => setStatus(next as InboxStatus)}
          data={[
            { value: 'all', label: t('inbox.all') },
            { value: 'unread', label: t('inbox.unread') },
          ]}
        />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region needs focus to be scrolled by keys */}
      <section className={classes.scroll} tabIndex={0} aria-label={t('inbox.list')}>
        <Answered of={query} loading={<LoadingRows rows={5} />}>
          {({ pages }) => {
            const items = pages.flatMap((page) => page.rows)
            if (items.length === 0) return <NothingHere status={status} />
            return (
              <ul className={classes.list}>
                {items.map((item) => (
                  <InboxEntry
                    key={item.id}
                    item={item}
                    onLeave={onLeave}
                    onMark={(as) => mark.mutate({ ids: [item.id], as })}
                  />
                ))}
              </ul>
            )
          }}
        </Answered>
        {query.hasNextPage && (
          <div className={classes.more}>
            <Button
              variant="default"
              fullWidth
              loading={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            >
              {t('act.load_more')}
            </Button>
          </div>
        )}
      </section>
      <div className={classes.foot}>
        <Button
          variant="subtle"
          disabled={unread === 0}
          loading={mark.isPending && mark.variables?.as === 'read' && mark.variables.all}
          onClick={() => mark.mutate({ all: true, as: 'read' })}
        >
          {t('inbox.mark_all')}
        </Button>
      </div>
    </>
  )
}

function NothingHere({ status }: { status: InboxStatus }) {
  const { t } = useTranslation()
  return status === 'unread' ? (
    <State icon={IconBellCheck} title={t('inbox.empty_unread')} text={t('inbox.empty_unread_text')} />
  ) : (
    <State icon={IconBellZ} title={t('inbox.empty')} text={t('inbox.empty_text')} />
  )
}
