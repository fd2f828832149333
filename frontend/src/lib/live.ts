import { type QueryKey, useQueryClient } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'
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

/**
 * Keeps the admin's live socket open and marks the given queries stale when
 * messages change. The socket only says that something changed; the server
 * stays the one source.
 */
export function useLive(keys: readonly QueryKey[]) {
  const queries = useQueryClient()
  useEffect(() => {
    const refresh = throttle(() => {
      for (const queryKey of keys) void queries.invalidateQueries({ queryKey })
    }, refreshEvery)
    const socket = openSocket({
      url: () => socketURL('/v1/live/ws'),
      onFrame: refresh,
      onState: (up) => {
        setConnected(up)
        // What changed while it was down was not told.
        if (up) refresh()
      },
    })
    return () => {
      socket.close()
      refresh.cancel()
      setConnected(false)
    }
  }, [queries, keys])
}
