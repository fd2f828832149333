import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Failed, LoadingRows } from './States'

interface Props<T> {
  of: UseQueryResult<T>
  loading?: ReactNode
  /** What is asked for is the page itself. */
  page?: boolean
  children: (data: T) => ReactNode
}

/** Draws a query's answer, or why there is none. Old data stays while new data cannot be had. */
export function Answered<T>({ of: query, loading, page = false, children }: Props<T>) {
  if (query.data !== undefined) return children(query.data)
  if (query.error) return <Failed error={query.error} retry={() => void query.refetch()} page={page} />
  return loading ?? <LoadingRows />
}
