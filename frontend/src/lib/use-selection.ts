import { useCallback, useMemo, useState } from 'react'
/** The chosen rows of a list, by id. */
export interface Selection {
  ids: ReadonlySet<string>
  toggle: (id: string) => void
  toggleAll: (ids: string[]) => void
  clear: () => void
}

/** Which rows are chosen. */
export function useSelection(): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set())
  const toggle = useCallback((id: string) => {
    setIds((before) => {
      const next = new Set(before)
      if (!next.delete(id)) next.add(id)
      return next
    })
  }, [])
  const toggleAll = useCallback((shown: string[]) => {
    setIds((before) => (shown.every((id) => before.has(id)) ? new Set() : new Set([...before, ...shown])))
  }, [])
  const clear = useCallback(() => setIds(new Set()), [])
  return useMemo(() => ({ ids, toggle, toggleAll, clear }), [ids, toggle, toggleAll, clear])
}
