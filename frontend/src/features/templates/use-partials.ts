import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Partial as Named } from '../../components/code/CodeEditor'
import { partsQuery } from './parts'

/** The partials that are live, for the editor to complete; not the one that is being written. */
export function usePartials(own?: string): Named[] {
  const { data } = useQuery(partsQuery('partials'))
  return useMemo(
    () =>
      (data ?? [])
        .filter(({ key, live_version }) => live_version > 0 && key !== own)
        .map(({ key, parameters = [] }) => ({ key, parameters })),
    [data, own],
  )
}
