import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback } from 'react'
import type { Search } from './search'

/** What the address bar holds after the question mark, and a way to change it. */
export function useSearchWords(): [Search, (next: Search, options?: { replace?: boolean }) => void] {
  const search = useSearch({ strict: false }) as Search
  const navigate = useNavigate()
  const change = useCallback(
    (next: Search, options: { replace?: boolean } = {}) => {
      void navigate({ to: '.', search: next as never, replace: options.replace ?? false })
    },
    [navigate],
  )
  return [search, change]
}
