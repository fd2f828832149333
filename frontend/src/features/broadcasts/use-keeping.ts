import { useMemo } from 'react'
import type { Draft } from './plan'

/** A draft that the server does not have, and the words the server had when it was begun. */
export interface Kept {
  draft: Draft
  known: string
}

const prefix = 'clarion.broadcast.'

/** Keeps a draft over a reload, in this tab and no longer than it. */
export function useKeeping(name: string) {
  return useMemo(() => {
    const key = prefix + name
    let gone = false
    return {
      read(): Kept | undefined {
        try {
          const kept = JSON.parse(sessionStorage.getItem(key) ?? 'null') as Kept | null
          return kept && typeof kept.known === 'string' && typeof kept.draft?.name === 'string' ? kept : undefined
        } catch {
          return undefined // what cannot be read is as good as not there
        }
      },
      keep(kept: Kept) {
        if (gone) return
        try {
          sessionStorage.setItem(key, JSON.stringify(kept))
        } catch {
          // The browser gives no room: then a reload asks before it loses anything.
        }
      },
      drop: () => sessionStorage.removeItem(key),
      /** Drops it for good: the draft has another name from now on. */
      forget() {
        gone = true
        sessionStorage.removeItem(key)
      },
    }
  }, [name])
}
