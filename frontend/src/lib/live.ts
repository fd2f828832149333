import { type QueryKey, useQueryClient } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'
import { meKey } from './session'
import { openSocket, socketURL } from './socket'
import { throttle } from './throttle'

/** While the socket is down, pages ask again this often. */
export const pollEvery = 2000
/** While it is up, a burst of changes asks at most this often. */
const refreshEvery = 700

let connected = false
const watchers = new Set<() => void>()

function setConnected(next: boolean) {
  connected = next
  for (const watch of watchers) watch()
}

/** True while changes come by themselves. */
export function useConnected(): boolean {
  return useSyncExternalStore(
    (watch) => {
      watchers.add(watch)
      return () => watchers.delete(watch)
    },
    () => connected,
  )
}

/** The refetchInterval of a live list: none while the socket tells us. */
export function usePolling(): number | false {
  return useConnected() ? false : pollEvery
}

/** What the server tells: things of a kind changed; no ids means any of them. */
export interface Change {
  kind: string
  ids: readonly string[]
}

/** Whether a change makes a query's answer stale. */
export type StaleBy = (change: Change, key: QueryKey) => boolean

/**
 * Keeps the admin's live socket open and asks again for what a change makes
 * stale. The socket only says that something changed; the server stays the one
 * source.
 */
export function useLive(staleBy: StaleBy) {
  const queries = useQueryClient()
  useEffect(() => {
    let changes: Change[] = []
    let all = false
    let before = false
    const refresh = throttle(() => {
      const [told, any] = [changes, all]
      changes = []
      all = false
      void queries.invalidateQueries({
        predicate: ({ queryKey }) => any || told.some((change) => staleBy(change, queryKey)),
      })
      // A new role is a new page.
      if (told.some(({ kind }) => kind === 'member')) void queries.invalidateQueries({ queryKey: meKey })
    }, refreshEvery)
    const take = (frame: unknown) => {
      const told = changeOf(frame)
      if (told === 'gap') all = true
      else if (told) changes.push(told)
      else return
      refresh()
    }
    const socket = openSocket({
      url: () => socketURL('/v1/live/ws'),
      onFrame: take,
      onState: (up) => {
        setConnected(up)
        if (!up) return
        // What changed while it was down was not told.
        take({ type: before ? 'gap' : 'messages' })
        before = true
      },
      // The session ended elsewhere: who is asked for finds nobody.
      onRefused: () => void queries.invalidateQueries({ queryKey: meKey }),
    })
    return () => {
      socket.close()
      refresh.cancel()
      setConnected(false)
    }
  }, [queries, staleBy])
}

/** Reads a frame; nothing for one that says nothing. */
function changeOf(frame: unknown): Change | 'gap' | undefined {
  const { type, kind, ids } = frame as { type?: unknown; kind?: unknown; ids?: unknown }
  if (type === 'gap') return 'gap'
  if (type === 'messages') return { kind: 'message', ids: [] }
  if (type !== 'changed' || typeof kind !== 'string' || !Array.isArray(ids)) return undefined
  return { kind, ids: ids.map(String) }
}
