import { infiniteQueryOptions, keepPreviousData, type QueryKey } from '@tanstack/react-query'
import type { ListPage } from './api'

/** The part of a page that a list's filter does not say. */
export interface PageAsk {
  limit: number
  after?: string
}

/** A list of the API: how it is asked, page by page, and how it is called in a terminal. */
export interface ListSource<Row> {
  key: QueryKey
  /** Such as /v1/messages. */
  path: string
  /** The words of the filter, as the API takes them. */
  filter: object
  page: (ask: PageAsk, signal: AbortSignal) => Promise<ListPage<Row>>
}

const pageSize = 50
/** Whoever has scrolled this far reads; live changes wait until the top is asked for again. */
export const livePages = 4

/** The list as it is scrolled through. */
export function listQuery<Row>(source: ListSource<Row>) {
  return infiniteQueryOptions({
    queryKey: source.key,
    queryFn: ({ pageParam, signal }) => source.page(askOf(pageSize, pageParam), signal),
    initialPageParam: '',
    getNextPageParam: (last: ListPage<Row>) => last.next,
    placeholderData: keepPreviousData,
    enabled: (query) => (query.state.data?.pages.length ?? 0) <= livePages,
  })
}

/** Walks through all pages, the largest the API gives, and hands each over. */
export async function eachPage<Row>(source: ListSource<Row>, signal: AbortSignal, take: (rows: Row[]) => void) {
  let after = ''
  for (;;) {
    const { rows, next } = await source.page(askOf(200, after), signal)
    signal.throwIfAborted()
    take(rows)
    if (next === null) return
    after = next
  }
}

/** A list that the API answers as a whole. */
export async function whole<Row>(rows: Promise<Row[]>): Promise<ListPage<Row>> {
  return { rows: await rows, next: null }
}

function askOf(limit: number, after: string): PageAsk {
  return after ? { limit, after } : { limit }
}
