import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { houseQuery } from '../lib/house'
import { useMe } from '../lib/session'
import { type Page, pages } from './routes'

/** The pages the member may see. The server decides; this only spares doors that would not open. */
export function useVisiblePages(): Page[] {
  const held = useMe()?.permissions
  const shop = useQuery(houseQuery).data?.shop ?? false
  return useMemo(
    () =>
      pages.filter(
        ({ permission, demo }) => (held?.includes('admin') || held?.includes(permission)) && (shop || !demo),
      ),
    [held, shop],
  )
}

/** The pages that make something new, with the label of the list it will be in. */
export function newPages(visible: Page[]): { path: string; label: NonNullable<Page['label']> }[] {
  return visible.flatMap(({ path }) => {
    const list = path.endsWith('/new') ? pages.find((page) => page.path === path.slice(0, -'/new'.length)) : undefined
    return list?.label ? [{ path, label: list.label }] : []
  })
}
