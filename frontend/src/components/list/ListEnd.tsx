import { Button } from '@mantine/core'
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { ListPage } from '../../lib/api'
import classes from '../Table.module.css'

interface Props<Row> {
  query: UseInfiniteQueryResult<InfiniteData<ListPage<Row>>>
  count: number
}

/** The end of what is shown of a list. Coming near it loads more; the button is for those who do not scroll. */
export function ListEnd<Row>({ query, count }: Props<Row>) {
  const { t } = useTranslation()
  const { hasNextPage, isFetchingNextPage, fetchNextPage, isFetchNextPageError } = query
  const foot = useRef<HTMLDivElement>(null)
  // A failed page waits for the button: near the end, trying by itself would never stop.
  const wanted = hasNextPage && !isFetchingNextPage && !isFetchNextPageError
  useEffect(() => {
    if (!wanted || !foot.current) return
    const watch = new IntersectionObserver(([seen]) => seen?.isIntersecting && void fetchNextPage(), {
      rootMargin: '600px',
    })
    watch.observe(foot.current)
    return () => watch.disconnect()
  }, [wanted, fetchNextPage])
  return (
    <div className={classes.foot} ref={foot}>
      <span>{hasNextPage ? t('list.shown_more', { count }) : t('list.shown', { count })}</span>
      {isFetchNextPageError && <span role="alert">{t('list.more_failed')}</span>}
      {hasNextPage && (
        <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t('act.load_more')}
        </Button>
      )}
    </div>
  )
}
