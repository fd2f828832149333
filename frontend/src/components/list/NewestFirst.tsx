import { Button } from '@mantine/core'
import { type InfiniteData, type QueryKey, useQueryClient } from '@tanstack/react-query'
import { useCallback, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { livePages } from '../../lib/list'
import classes from '../Table.module.css'

/** Deep in a list nothing moves under the reader's eyes; this says that it has changed, and leads to the top. */
export function NewestFirst({ of: key }: { of: QueryKey }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const waiting = useSyncExternalStore(
    useCallback((told) => queries.getQueryCache().subscribe(told), [queries]),
    () => {
      const state = queries.getQueryState<InfiniteData<unknown>>(key)
      return Boolean(state?.isInvalidated && (state.data?.pages.length ?? 0) > livePages)
    },
  )
  const show = () => {
    queries.setQueryData<InfiniteData<unknown>>(
      key,
      (all) => all && { pages: all.pages.slice(0, 1), pageParams: all.pageParams.slice(0, 1) },
    )
    void queries.invalidateQueries({ queryKey: key })
    scrollTo({ top: 0 })
  }
  if (!waiting) return null
  return (
    <div className={classes.fresh} role="status">
      {t('list.fresh')}
      <Button variant="default" size="compact-xs" onClick={show}>
        {t('list.fresh_show')}
      </Button>
    </div>
  )
}
