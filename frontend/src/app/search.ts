import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { api, type Schema, unwrapPage } from '../lib/api'
import { type Door, doors } from '../lib/doors'

export type Hit = Schema['Hit']

/**
 * What has the words in its id or name, as far as the member may see it. Until
 * the answer is there, of the one before only what these words are in.
 */
export function useHits(typed: string): Hit[] {
  const [words] = useDebouncedValue(typed, 120)
  const query = useQuery({
    queryKey: ['search', words] as const,
    enabled: words.length >= 2,
    staleTime: 10_000,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) =>
      (await unwrapPage(api.GET('/v1/search', { params: { query: { q: words } }, signal }))).rows,
  })
  if (typed.length < 2) return []
  const hits = query.data ?? []
  return words === typed && !query.isPlaceholderData ? hits : hits.filter((hit) => says(hit, typed))
}

const says = ({ id, name }: Hit, words: string) => `${id} ${name}`.toLowerCase().includes(words.toLowerCase())

/** The list that each kind of thing is in. */
const lists: Record<Hit['kind'], string> = {
  template: '/templates',
  layout: '/layouts',
  partial: '/partials',
  workflow: '/workflows',
  recipient: '/recipients',
  group: '/groups',
  segment: '/segments',
  category: '/categories',
  integration: '/channels',
  source: '/settings/sources',
  member: '/settings/members',
  broadcast: '/broadcasts',
  schedule: '/schedules',
  saga: '/sagas',
}

/** The door of a hit: its own page among the paths there are, else its list, searched. */
export function doorOfHit({ kind, id }: Hit, paths: readonly string[]): Door {
  const list = lists[kind]
  const own = paths.find((path) => path.startsWith(`${list}/$`) && !path.slice(list.length + 1).includes('/'))
  if (own) return { to: own.replace(/\$\w+/, encodeURIComponent(id)) }
  return paths.includes(list) ? { to: list, search: { q: id } } : doors.messages({ q: id })
}
