import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { ApiError, type Schema } from '../../lib/api'
import { openSocket, socketURL } from '../../lib/socket'
import { throttle } from '../../lib/throttle'
import { fetchTicket, inboxKeys } from './api'
import { isFrame, type Place, react } from './frames'

const refreshEvery = 500

/** Follows the member's own feed while the page is open. */
export function useInboxLive(onArrival: (item: Schema['InboxItem']) => void) {
  const queries = useQueryClient()
  const arrival = useRef(onArrival)
  arrival.current = onArrival
  useEffect(() => {
    let place: Place | undefined
    const refresh = throttle(() => void queries.invalidateQueries({ queryKey: inboxKeys.all }), refreshEvery)
    const socket = openSocket({
      url: ticketURL,
      onFrame: (frame, send) => {
        if (!isFrame(frame)) return
        const reaction = react(place, frame)
        place = reaction.place
        if (reaction.counts) queries.setQueryData(inboxKeys.counts, reaction.counts)
        if (reaction.arrived) arrival.current(reaction.arrived)
        if (reaction.refresh) refresh()
        if (reaction.resume) send(reaction.resume)
      },
    })
    return () => {
      socket.close()
      refresh.cancel()
    }
  }, [queries])
}

async function ticketURL(): Promise<string> {
  try {
    const { ticket } = await fetchTicket()
    return socketURL(`/v1/inbox/ws?token=${encodeURIComponent(ticket)}`)
  } catch (error) {
    // Without a session no ticket will ever come; signing in starts anew.
    const final = error instanceof ApiError && (error.status === 401 || error.status === 403)
    throw Object.assign(new Error('no inbox ticket', { cause: error }), { final })
  }
}
