import { useCallback, useMemo, useState } from 'react'
import type { Selection } from '../../components/MessageTable'

/** Which rows are chosen. */
export function useSelection(): Selection & { clear: () => void } {
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
