import { useMemo } from 'react'
import { useMe } from '../lib/session'
import { type Page, pages } from './routes'

/** The pages the member may see. The server decides; this only spares doors that would not open. */
export function useVisiblePages(): Page[] {
  const held = useMe()?.permissions
  return useMemo(() => pages.filter(({ permission }) => held?.includes('admin') || held?.includes(permission)), [held])
}
